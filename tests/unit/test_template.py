"""The template as it is deployed: what must hold for every function, queue, table and role in it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib import logs
from infra import package, settings

FUNCTIONS = {
    "APIHandler",
    "Forward",
    "Reply",
    "FetchMedia",
    "OutboxSweep",
    "PushSie",
    "RoutingRetrain",
    "Retention",
    "WriteExport",
    "AlertFeedback",
    "SlaAlerts",
    "DeadlineRecompute",
    "Digests",
    "DailyFigures",
    "MonthlySummary",
}
CONSUMERS = {"Forward": "ForwardQueue", "Reply": "ReplyQueue", "FetchMedia": "MediaQueue", "PushSie": "SieQueue"}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def built() -> package.Package:
    return package.build("production")


@pytest.fixture(scope="module")
def template(built: package.Package) -> Json:
    found: Json = json.loads(built.template.read_text())
    return found


def of_type(template: Json, kind: str) -> dict[str, Json]:
    return {name: entry["Properties"] for name, entry in template["Resources"].items() if entry["Type"] == kind}


def statements(role: Json) -> list[Json]:
    return [entry for policy in role.get("Policies", []) for entry in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_cfn_lint_finds_nothing(built: package.Package) -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "ap-southeast-3", "--template"]
    done = subprocess.run([*command, str(built.template)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_there_are_exactly_the_known_functions(template: Json) -> None:
    assert of_type(template, "AWS::Serverless::Function").keys() == FUNCTIONS


def test_every_function_has_a_role_of_its_own(template: Json) -> None:
    roles = [entry["Role"]["Fn::GetAtt"][0] for entry in of_type(template, "AWS::Serverless::Function").values()]
    assert len(set(roles)) == len(FUNCTIONS)
    assert set(roles) <= of_type(template, "AWS::IAM::Role").keys()


def test_no_role_reaches_everything(template: Json) -> None:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in statements(role):
            assert statement["Effect"] == "Allow"
            for action in listed(statement["Action"]):
                assert "*" not in action, name
                assert not action.endswith(("Scan", "PartiQLSelect")), name
                if action.endswith("DeleteItem"):
                    # Erasure alone deletes, and only conversations, whose keys are people's numbers.
                    assert statement["Resource"] == {"Fn::GetAtt": ["ControlTable", "Arn"]}, name
                    keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                    assert keys == ["CONV#*"], name
            for resource in listed(statement["Resource"]):
                text = json.dumps(resource)
                # The keys below one bucket, or a folder of it, cannot be listed beforehand; everything else can.
                if re.fullmatch(r'\{"Fn::Sub": "\$\{MediaBucket\.Arn\}/([a-z]+/)?\*"\}', text) is None:
                    assert "*" not in text, name


def test_a_function_writes_to_its_own_log_group_only(template: Json) -> None:
    functions, roles = of_type(template, "AWS::Serverless::Function"), of_type(template, "AWS::IAM::Role")
    for function in functions.values():
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        role = roles[function["Role"]["Fn::GetAtt"][0]]
        logs = [s for s in statements(role) if any(a.startswith("logs:") for a in listed(s["Action"]))]
        assert [s["Resource"] for s in logs] == [{"Fn::GetAtt": [group, "Arn"]}]


def test_every_log_group_forgets(template: Json) -> None:
    groups = of_type(template, "AWS::Logs::LogGroup")
    assert len(groups) == len(FUNCTIONS) + 1
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


@pytest.mark.parametrize(("function", "queue"), CONSUMERS.items())
def test_a_consumer_reads_its_queue_and_may_fail_in_part(template: Json, function: str, queue: str) -> None:
    properties = of_type(template, "AWS::Serverless::Function")[function]
    (event,) = [event["Properties"] for event in properties["Events"].values()]
    assert event["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert of_type(template, "AWS::SQS::Queue")[queue]["VisibilityTimeout"] >= 6 * properties["Timeout"]
    role = of_type(template, "AWS::IAM::Role")[properties["Role"]["Fn::GetAtt"][0]]
    consumed = [s for s in statements(role) if "sqs:ReceiveMessage" in s["Action"]]
    assert [s["Resource"] for s in consumed] == [{"Fn::GetAtt": [queue, "Arn"]}]
    assert {"sqs:DeleteMessage", "sqs:GetQueueAttributes"} <= set(consumed[0]["Action"])


def test_every_queue_is_encrypted_and_ends_in_watched_dead_letters(template: Json) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())
    dead = {
        name: queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for name, queue in queues.items()
        if "RedrivePolicy" in queue
    }
    assert dead.keys() == set(CONSUMERS.values())
    assert sorted(dead.values()) == sorted(queues.keys() - dead.keys())
    assert all(queues[name]["MessageRetentionPeriod"] == 14 * 86400 for name in dead.values())
    watched = {
        (dimension["Value"]["Fn::GetAtt"][0], alarm["MetricName"])
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "QueueName"
    }
    assert {(name, "ApproximateNumberOfMessagesVisible") for name in dead.values()} <= watched
    assert {(name, "ApproximateAgeOfOldestMessage") for name in queues} <= watched


def test_the_file_alarm_rings_before_whatsapp_forgets(template: Json) -> None:
    alarm = of_type(template, "AWS::CloudWatch::Alarm")["MediaDeadLettersAge"]
    assert alarm["Threshold"] <= 5 * 86400


def test_every_alarm_on_the_logs_has_its_filter(template: Json) -> None:
    filters = {
        transformation["MetricName"]: (found["FilterPattern"], transformation["MetricValue"])
        for found in of_type(template, "AWS::Logs::MetricFilter").values()
        for transformation in found["MetricTransformations"]
    }
    rung = {
        alarm["MetricName"]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if not str(alarm["Namespace"]).startswith("AWS/")
    }
    assert rung == set(filters)
    for pattern, value in filters.values():
        for field in re.findall(r"\$\.(\w+)", f"{pattern} {value}"):
            assert field == "event" or field in logs.FIELDS, field


def test_every_function_that_fails_is_noticed(template: Json) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    noticed = {
        dimension["Value"].get("Ref")
        for alarm in alarms.values()
        if alarm["MetricName"] == "Errors"
        for dimension in alarm.get("Dimensions", [])
    }
    assert noticed == FUNCTIONS
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms.values())
    silent = {name.removesuffix("Silent") for name in alarms if name.endswith("Silent")}
    assert silent == {"OutboxSweep", "SlaAlerts", "Digests", "DeadlineRecompute"}
    assert all(alarms[f"{name}Silent"]["TreatMissingData"] == "breaching" for name in silent)
    assert all(alarms[f"{name}Silent"]["MetricName"] == "Invocations" for name in silent)


def test_who_could_not_be_told_is_noticed_wherever_it_is_noticed(template: Json) -> None:
    filters = of_type(template, "AWS::Logs::MetricFilter").values()
    groups = {
        metric["MetricName"]: {
            one["LogGroupName"]["Ref"] for one in filters if one["MetricTransformations"] == [metric]
        }
        for found in filters
        for metric in found["MetricTransformations"]
    }
    assert groups["AdminNotTold"] == {"SlaAlertsLogs", "AlertFeedbackLogs", "APIHandlerLogs"}
    assert groups["SlaAlertsOverdue"] == groups["AlertsWaiting"] == {"SlaAlertsLogs"}


def test_data_is_kept_encrypted_and_recoverable(template: Json) -> None:
    for name, table in of_type(template, "AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
        assert table["SSESpecification"] == {"SSEEnabled": True}, name
        assert table["DeletionProtectionEnabled"] == {"Ref": "ProtectData"}, name
    for name in ("ComplaintsTable", "ControlTable", "MediaBucket", "StaffPool"):
        assert template["Resources"][name]["DeletionPolicy"] == "Retain"
        assert template["Resources"][name]["UpdateReplacePolicy"] == "Retain"
    assert settings.load("production").parameters["ProtectData"] == "true"


def test_indexes_hold_keys_only(template: Json) -> None:
    indexes = of_type(template, "AWS::DynamoDB::Table")["ComplaintsTable"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {
        "by_received",
        "by_updated",
        "by_department",
        "by_queue",
        "by_person",
        "by_outbox",
    }
    assert all(index["Projection"] == {"ProjectionType": "KEYS_ONLY"} for index in indexes)


def test_only_the_control_table_forgets(template: Json) -> None:
    tables = of_type(template, "AWS::DynamoDB::Table")
    assert tables["ControlTable"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "TimeToLiveSpecification" not in tables["ComplaintsTable"]


def test_the_bucket_is_private_encrypted_and_speaks_tls_only(template: Json) -> None:
    bucket = of_type(template, "AWS::S3::Bucket")["MediaBucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    policy = of_type(template, "AWS::S3::BucketPolicy")["MediaBucketPolicy"]["PolicyDocument"]
    (statement,) = policy["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_outbox_topic_alone_may_fill_the_queues(template: Json) -> None:
    for queue in CONSUMERS.values():
        (statement,) = of_type(template, "AWS::SQS::QueuePolicy")[f"{queue}Policy"]["PolicyDocument"]["Statement"]
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "OutboxTopic"}}}
        assert statement["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
    filters = {
        entry["Endpoint"]["Fn::GetAtt"][0]: entry["FilterPolicy"]["destinations"]
        for entry in of_type(template, "AWS::SNS::Subscription").values()
        if entry["Protocol"] == "sqs"
    }
    assert filters == {
        "ForwardQueue": ["lapor"],
        "ReplyQueue": ["reporter"],
        "MediaQueue": ["media"],
        "SieQueue": ["sie"],
    }


def test_the_api_alone_sends_dead_letters_back_each_to_its_queue(template: Json) -> None:
    functions, roles = of_type(template, "AWS::Serverless::Function"), of_type(template, "AWS::IAM::Role")
    told = json.loads(functions["APIHandler"]["Environment"]["Variables"]["ADUAN_DEAD_LETTERS"]["Fn::Sub"])
    queues = of_type(template, "AWS::SQS::Queue")
    assert {urls["source"] for urls in told.values()} == {f"${{{queue}}}" for queue in CONSUMERS.values()}
    for urls in told.values():
        (target,) = queues[urls["source"][2:-1]]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][:1]
        assert urls["letters"] == f"${{{target}}}"
    for name, function in functions.items():
        granted = {
            (action, resource["Fn::GetAtt"][0])
            for statement in statements(roles[function["Role"]["Fn::GetAtt"][0]])
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
            if action.startswith("sqs:")
        }
        if name == "APIHandler":
            used = ("sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage")
            wanted = {(action, urls["letters"][2:-1]) for action in used for urls in told.values()}
            assert granted == wanted | {("sqs:SendMessage", queue) for queue in CONSUMERS.values()}
        else:
            assert {queue for _, queue in granted} <= {CONSUMERS.get(name)}
            assert "sqs:SendMessage" not in {action for action, _ in granted}


def test_staff_cannot_sign_up_or_move_to_another_department(template: Json) -> None:
    pool = of_type(template, "AWS::Cognito::UserPool")["StaffPool"]
    client = of_type(template, "AWS::Cognito::UserPoolClient")["StaffClient"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert client["WriteAttributes"] == ["name"]
    assert client["GenerateSecret"] is False
    groups = {group["GroupName"] for group in of_type(template, "AWS::Cognito::UserPoolGroup").values()}
    assert groups == {"admin", "operator", "officer", "head", "executive", "auditor"}


def test_the_api_is_regional_throttled_and_logs_no_person(template: Json) -> None:
    api = template["Resources"]["RestAPI"]["Properties"]
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["OpenApiVersion"] == "2.0"  # or SAM adds a stage that is neither throttled nor logged
    limits = {(method["HttpMethod"], method["ResourcePath"]): method for method in api["MethodSettings"]}
    assert limits["*", "/*"]["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert all(method["DataTraceEnabled"] is False for method in limits.values())
    assert all(method["LoggingLevel"] == "OFF" for method in limits.values())
    assert set(re.findall(r"\$context\.[a-zA-Z.]+", api["AccessLogSetting"]["Format"])) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.error.responseType",
    }
    json.loads(re.sub(r"\$context\.[a-zA-Z.]+", "x", api["AccessLogSetting"]["Format"]))


def test_bodies_reach_the_function_as_they_were_sent(template: Json) -> None:
    assert template["Resources"]["RestAPI"]["Properties"]["BinaryMediaTypes"] == ["*/*"]


def test_what_is_dear_or_deluged_has_a_limit_of_its_own(template: Json) -> None:
    document = template["Resources"]["RestAPI"]["Properties"]
    doors = {
        (method.upper(), "/" + path.replace("/", "~1"))
        for path, methods in document["DefinitionBody"]["paths"].items()
        for method in methods
    }
    limits = {
        (method["HttpMethod"], method["ResourcePath"]): method["ThrottlingRateLimit"]
        for method in document["MethodSettings"]
        if method["ResourcePath"] != "/*"
    }
    assert limits.keys() <= doors  # a limit on a door that is not there limits nothing, and says nothing

    def value(limit: Any) -> float:
        return float(template["Parameters"][limit["Ref"]]["Default"] if isinstance(limit, dict) else limit)

    usual = value({"Ref": "ThrottleRate"})
    for door in (("GET", "export.csv"), ("GET", "export.xlsx"), ("POST", "exports")):
        assert value(limits[door[0], f"/~1v1~1{door[1]}"]) <= usual / 10, door
    assert value(limits["GET", "/~1openapi.json"]) < usual
    assert value(limits["POST", "/~1webhooks~1whatsapp"]) > usual


@pytest.mark.parametrize("folder", ["exports/", "uploads/"])
def test_the_bucket_forgets_what_no_case_names(template: Json, folder: str) -> None:
    rules = of_type(template, "AWS::S3::Bucket")["MediaBucket"]["LifecycleConfiguration"]["Rules"]
    (rule,) = [rule for rule in rules if rule.get("Prefix") == folder]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)


def test_the_staff_authorizer_is_the_stacks_own_pool(template: Json) -> None:
    document = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    authorizer = document["securityDefinitions"]["staff"]["x-amazon-apigateway-authorizer"]
    assert authorizer["providerARNs"] == [{"Fn::GetAtt": ["StaffPool", "Arn"]}]


def test_staff_paths_are_guarded_and_the_open_ones_are_known(template: Json) -> None:
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    open_paths = {
        path
        for path, methods in paths.items()
        for method in methods.values()
        if {"staff": []} not in method.get("security", [])
    }
    assert open_paths == {"/health", "/openapi.json", "/webhooks/whatsapp", "/tindak/{token}", "/survei/{token}"}


def test_gateway_errors_are_problem_documents(template: Json) -> None:
    responses = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "THROTTLED", "REQUEST_TOO_LARGE"} <= responses.keys()
    for kind, response in responses.items():
        assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'", kind
        problem = json.loads(response["ResponseTemplates"]["application/json"])
        assert {"type", "title", "detail"} <= problem.keys(), kind
        # What the body says and what the status line says are one number.
        assert str(problem.get("status")) == str(response.get("StatusCode")), kind


def test_no_placeholder_is_left(template: Json) -> None:
    assert "placeholder" not in json.dumps(template)


def test_functions_are_told_of_every_resource_they_use(template: Json) -> None:
    # The API alone is told which function writes exports, and the sweep of alerts alone where its links lead.
    functions = of_type(template, "AWS::Serverless::Function")
    api = functions["APIHandler"]["Environment"]["Variables"]
    sweep = functions["SlaAlerts"]["Environment"]["Variables"]
    variables = {**template["Globals"]["Function"]["Environment"]["Variables"], **api, **sweep}
    assert variables["ADUAN_COMPLAINTS_TABLE"] == {"Ref": "ComplaintsTable"}
    assert variables["ADUAN_OUTBOX_TOPIC"] == {"Ref": "OutboxTopic"}
    read = set()
    for folder in ("chalicelib", "scheduled"):
        for path in (package.ROOT / folder).rglob("*.py"):
            read |= set(re.findall(r'"(ADUAN_[A-Z_]+[A-Z])"', path.read_text()))
    from dataclasses import fields

    from chalicelib.settings import PREFIX, Settings

    read |= {PREFIX + field.name.upper() for field in fields(Settings)}
    assert read <= variables.keys()


@pytest.mark.parametrize("stage", ["local", "staging", "production"])
def test_a_stage_sets_parameters_that_exist_and_every_one_without_a_default(template: Json, stage: str) -> None:
    declared = template["Parameters"]
    given = settings.load(stage).parameters.keys() | {"Stage", "ArtefactBucket", "ArtefactKey"}
    assert given <= declared.keys()
    assert {name for name, parameter in declared.items() if "Default" not in parameter} <= given


def test_mails_go_out_as_the_stages_identity_only_and_what_became_of_them_comes_back(template: Json) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    sending = {name: s for name, role in roles.items() for s in statements(role) if "ses:SendEmail" in s["Action"]}
    assert sending.keys() == {"SlaAlertsRole", "DigestsRole", "MonthlySummaryRole"}
    for statement in sending.values():
        (identity, configuration) = (one["Fn::Sub"] for one in statement["Resource"])
        assert identity.endswith(":identity/${AlertSender}")
        assert configuration.endswith(":configuration-set/${AlertConfiguration}")
    (destination,) = of_type(template, "AWS::SES::ConfigurationSetEventDestination").values()
    told = destination["EventDestination"]
    assert set(told["MatchingEventTypes"]) == {"delivery", "bounce", "complaint", "reject"}
    assert told["SnsDestination"] == {"TopicARN": {"Ref": "AlertFeedbackTopic"}}
    (event,) = of_type(template, "AWS::Serverless::Function")["AlertFeedback"]["Events"].values()
    assert event["Properties"]["Topic"] == {"Ref": "AlertFeedbackTopic"}
    (policy,) = of_type(template, "AWS::SNS::TopicPolicy")["AlertFeedbackTopicPolicy"]["PolicyDocument"]["Statement"]
    assert policy["Principal"] == {"Service": "ses.amazonaws.com"}
    assert policy["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


WRITES = {
    "APIHandler": {"attachments", "uploads", "exports", "quarantine"},
    "Retention": {"attachments", "uploads", "exports", "quarantine"},
    "WriteExport": {"exports"},
    "FetchMedia": {"attachments"},
    "MonthlySummary": {"reports"},
}


def test_what_was_published_is_overwritten_by_nobody_else(template: Json) -> None:
    functions, roles = of_type(template, "AWS::Serverless::Function"), of_type(template, "AWS::IAM::Role")
    found: dict[str, set[str]] = {}
    for name, function in functions.items():
        for statement in statements(roles[function["Role"]["Fn::GetAtt"][0]]):
            if {"s3:PutObject", "s3:DeleteObject"} & set(listed(statement["Action"])):
                keys = [one["Fn::Sub"].removeprefix("${MediaBucket.Arn}/") for one in listed(statement["Resource"])]
                found.setdefault(name, set()).update(key.removesuffix("/*") for key in keys)
    assert found == WRITES
