"""What MiniStack 1.5.33 does otherwise than AWS, made good after each deployment. Nothing here reaches AWS."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]
GAPS = "local-gaps"


def ensure_gateway_responses(apigateway: Any, api: str, stage: str, template: Entry) -> None:
    """Give the API the error responses of the template.

    They are in the OpenAPI document (`x-amazon-apigateway-gateway-responses`), which API Gateway reads and MiniStack
    does not; its own calls for the same it understands.
    """
    wanted = {
        kind: _as_api(kind, entry)
        for kind, entry in template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].items()
    }
    held = {
        entry["responseType"]: {key: entry.get(key) for key in wanted[entry["responseType"]]}
        for entry in apigateway.get_gateway_responses(restApiId=api)["items"]
        if entry["responseType"] in wanted and not entry["defaultResponse"]
    }
    if held != wanted:
        for entry in wanted.values():
            apigateway.put_gateway_response(restApiId=api, **entry)
        apigateway.create_deployment(restApiId=api, stageName=stage)


def _as_api(kind: str, entry: Entry) -> dict[str, Any]:
    """One response as PutGatewayResponse takes it."""
    headers = entry["ResponseParameters"]["Headers"]
    made: dict[str, Any] = {
        "responseType": kind,
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": dict(entry["ResponseTemplates"]),
    }
    if "StatusCode" in entry:
        made["statusCode"] = entry["StatusCode"]
    return made


def allow_what_aws_allows(iam: Any, aws_lambda: Any, functions: Iterable[str], topic: str) -> None:
    """Grant what the functions' own policies grant on AWS, but MiniStack checks under another name.

    A batch is checked as the single call there (PublishBatch as Publish), as itself here; a mail against the sender's
    identity there, against nothing in particular here.
    """
    for function in functions:
        role = aws_lambda.get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
        own = _statements(iam, role)
        statements: list[Entry] = [
            {"Effect": "Allow", "Action": f"{action}Batch", "Resource": statement["Resource"]}
            for statement in own
            for action in ("sqs:SendMessage", "sqs:DeleteMessage")
            if action in statement["Action"]
        ]
        if any("sns:Publish" in statement["Action"] for statement in own):
            statements.append({"Effect": "Allow", "Action": "sns:PublishBatch", "Resource": topic})
        if any("ses:SendEmail" in statement["Action"] for statement in own):
            statements.append({"Effect": "Allow", "Action": ["ses:SendEmail", "ses:SendRawEmail"], "Resource": "*"})
        if not statements:
            continue
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=role, PolicyName=GAPS, PolicyDocument=document)


def _statements(iam: Any, role: str) -> list[Entry]:
    """What the template lets a role do."""
    names = [name for name in iam.list_role_policies(RoleName=role)["PolicyNames"] if name != GAPS]
    found = (iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names)
    return [statement for document in found for statement in document["Statement"]]


def ensure_mail_feedback(ses: Any, identity: str, topic: str) -> None:
    """Have SES say what became of a mail.

    The template asks for it by the configuration set, whose events MiniStack does not send; notifications of an
    identity, SES's older way with nearly the same content, it does: bounce@simulator.amazonses.com bounces.
    """
    for kind in ("Bounce", "Complaint", "Delivery"):
        ses.set_identity_notification_topic(Identity=identity, NotificationType=kind, SnsTopic=topic)
