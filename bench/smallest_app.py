"""The smallest Chalice app that does one DynamoDB call: what `cold_start_ratio` compares us with."""

import os

import botocore.session
from chalice.app import Chalice

app = Chalice(app_name="smallest")
client = botocore.session.get_session().create_client("dynamodb")


@app.route("/webhooks/whatsapp", methods=["POST"])
def write() -> dict[str, str]:
    """Put one item."""
    body = app.current_request.raw_body if app.current_request else ""
    text = body.decode() if isinstance(body, bytes) else body
    client.put_item(TableName=os.environ["ADUAN_CONTROL_TABLE"], Item={"pk": {"S": "one"}, "body": {"S": text}})
    return {"status": "ok"}
