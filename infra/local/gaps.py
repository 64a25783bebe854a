"""What MiniStack 1.5.33 does otherwise than AWS, made good after each deployment. Nothing here reaches AWS."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


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

    PublishBatch is checked as Publish there, as itself here.
    """
    statements = [
        {"Effect": "Allow", "Action": "sns:PublishBatch", "Resource": topic},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    for function in functions:
        role = aws_lambda.get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
        iam.put_role_policy(RoleName=role, PolicyName="local-gaps", PolicyDocument=document)
