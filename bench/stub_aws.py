"""A stand-in for the AWS endpoints that answers at once: what is measured is our code, not an emulator.

It keeps what it was asked, so that calls can be counted and the transaction of a webhook repeated byte for byte.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "bench-secret"

INTAKE = {
    "Item": {
        "pk": {"S": "CITY#intake"},
        "code": {"S": "KDR"},
        "conversation_days": {"N": "30"},
        "forward": {"S": "on_receipt"},
    }
}


def _refusal(items: int) -> bytes:
    """What DynamoDB says when the citizen's two conversations (items 3 and 4) lead to a case already."""
    reasons: list[dict[str, Any]] = [{"Code": "None"} for _ in range(items)]
    for number in (2, 3):
        item = {"pk": {"S": "CONV#x"}, "ticket": {"S": "KDR-0000-0000"}}
        reasons[number] = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": item}
    return json.dumps(
        {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled",
            "CancellationReasons": reasons,
        }
    ).encode()


class StubAws:
    """A server on a free port of 127.0.0.1; `asked` lists (operation, body) in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self.refuse_next_open_case = 0
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer in two packets waits for the other side's delayed acknowledgement (40 ms).
            wbufsize = 65536
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                target = self.headers.get("X-Amz-Target", "")
                operation = target.rpartition(".")[2] or ("Publish" if b"Action=Publish" in body else "other")
                stub.asked.append((operation, body))
                status, answer, kind = 200, *stub.answer(operation, body)
                if operation == "TransactWriteItems" and stub.refuse_next_open_case:
                    stub.refuse_next_open_case -= 1 if b'"opened"' not in body else 0
                    if b'"opened"' in body:
                        status, answer = 400, _refusal(len(json.loads(body)["TransactItems"]))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @staticmethod
    def answer(operation: str, body: bytes) -> tuple[bytes, str]:
        """What AWS would say to an operation that goes well."""
        if operation == "GetParameter":
            found = {"Name": json.loads(body)["Name"], "Value": SECRET, "Type": "SecureString"}
            return json.dumps({"Parameter": found}).encode(), "application/x-amz-json-1.1"
        if operation == "GetItem":
            return json.dumps(INTAKE).encode(), "application/x-amz-json-1.0"
        if operation == "Publish":
            xml = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
            return xml.encode(), "text/xml"
        return b"{}", "application/x-amz-json-1.0"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
