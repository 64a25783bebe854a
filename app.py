"""Every door of Aduan: HTTP blueprints, queue triggers, schedules. No logic.

Event handlers are here and not in blueprints: Chalice would make their module the Lambda's entry and never import
this file (aws/chalice#1566). What a handler needs is imported inside it, so that a function pays only for its own work.
"""

import os
from datetime import UTC, datetime
from typing import Any

from chalice.app import Chalice, Cron, Rate, SQSEvent

from chalicelib import logs
from chalicelib.api.actions import actions
from chalicelib.api.alerts import alerts
from chalicelib.api.city import city
from chalicelib.api.complaints import complaints
from chalicelib.api.dead_letters import dead_letters
from chalicelib.api.description import description
from chalicelib.api.errors import as_problem
from chalicelib.api.exports import exports
from chalicelib.api.health import health
from chalicelib.api.indicators import indicators
from chalicelib.api.privacy import privacy
from chalicelib.api.replays import replays
from chalicelib.api.reports import reports
from chalicelib.api.surveys import surveys
from chalicelib.api.taps import taps
from chalicelib.api.ticks import Tick, ticking
from chalicelib.api.webhooks import webhooks

logs.configure(os.environ.get("ADUAN_LOG_LEVEL", "INFO"))

app = Chalice(app_name="aduan", configure_logs=False)
app.register_middleware(as_problem, "http")
for blueprint in (
    webhooks, complaints, actions, exports, city, health, description, privacy, alerts, taps, reports,
    replays, indicators, surveys, dead_letters,
):  # fmt: skip
    app.register_blueprint(blueprint)

# The template puts the real queues in the place of these (infra/resources.yaml).
PLACEHOLDER = "arn:aws:sqs:ap-southeast-3:000000000000:placeholder-"


@app.on_sqs_message(queue_arn=f"{PLACEHOLDER}forward", name="forward", batch_size=1)
def forward(event: SQSEvent) -> dict[str, Any]:
    """File cases in SP4N-LAPOR!."""
    from chalicelib.desk import forwarding, worker

    return worker.run(event.to_dict()["Records"], forwarding.DESTINATION, forwarding.file)


@app.on_sqs_message(queue_arn=f"{PLACEHOLDER}reply", name="reply", batch_size=4)
def reply(event: SQSEvent) -> dict[str, Any]:
    """Answer citizens."""
    from chalicelib.desk import answering, worker

    return worker.run(event.to_dict()["Records"], answering.DESTINATION, answering.answer)


@app.on_sqs_message(queue_arn=f"{PLACEHOLDER}media", name="fetch_media", batch_size=1)
def fetch_media(event: SQSEvent) -> dict[str, Any]:
    """Fetch what citizens attached."""
    from chalicelib.desk import attachments, worker

    return worker.run(event.to_dict()["Records"], attachments.DESTINATION, attachments.fetch)


@app.on_sqs_message(queue_arn=f"{PLACEHOLDER}sie", name="push_sie", batch_size=1)
def push_sie(event: SQSEvent) -> dict[str, Any]:
    """Push figures to the executive information system."""
    from chalicelib.desk import pushing, worker

    return worker.run(event.to_dict()["Records"], pushing.DESTINATION, pushing.push)


@ticking
@app.schedule(Rate(1, unit=Rate.MINUTES), name="outbox_sweep")
def outbox_sweep(event: Tick) -> dict[str, Any]:
    """Bring back what is stuck."""
    from scheduled import outbox_sweep as job

    return job.run(event.now)


# 02:00 in the zone of most cities (WIB).
@ticking
@app.schedule(Cron(0, 19, "*", "*", "?", "*"), name="retention")
def retention(event: Tick) -> dict[str, Any]:
    """Erase what has been kept long enough."""
    from scheduled import retention as job

    return job.run(event.now)


# 02:30 in the zone of most cities (WIB); rules know UTC only.
@ticking
@app.schedule(Cron(30, 19, "*", "*", "?", "*"), name="routing_retrain")
def routing_retrain(event: Tick) -> dict[str, Any]:
    """Learn routing from what people decided."""
    from scheduled import routing_retrain as job

    return job.run(event.now)


@ticking
@app.schedule(Rate(5, unit=Rate.MINUTES), name="sla_alerts")
def sla_alerts(event: Tick) -> dict[str, Any]:
    """Tell officials of deadlines."""
    from scheduled import sla_alerts as job

    return job.run(event.now)


# The template subscribes it to the topic. Chalice's own SNS event wants a member that MiniStack leaves out.
@app.lambda_function(name="alert_feedback")
def alert_feedback(event: dict[str, Any], context: Any) -> int:
    """Take in what SES says became of mails to officials."""
    from chalicelib.desk import alert_feedback as feedback

    return feedback.of_mails(event["Records"], datetime.now(UTC))


@ticking
@app.schedule(Rate(15, unit=Rate.MINUTES), name="deadline_recompute")
def deadline_recompute(event: Tick) -> dict[str, Any]:
    """Say in open cases why their deadlines moved."""
    from scheduled import deadline_recompute as job

    return job.run(event.now)


# The city says when; a run that failed is made up for by the next.
@ticking
@app.schedule(Cron("0/30", "*", "*", "*", "?", "*"), name="digests")
def digests(event: Tick) -> dict[str, Any]:
    """The morning's lists."""
    from scheduled import digests as job

    return job.run(event.now)


# Forty minutes past midnight in each of Indonesia's zones, from the east on.
@ticking
@app.schedule(Cron(40, "15-17", "*", "*", "?", "*"), name="daily_figures")
def daily_figures(event: Tick) -> dict[str, Any]:
    """Bring the figures up to midnight."""
    from scheduled import daily_figures as job

    return job.run(event.now, rebuild=event.detail.get("rebuild"))


# From six in the morning in each of Indonesia's zones, from the east on; what failed is tried again for some hours.
@ticking
@app.schedule(Cron(0, "0-3,21-23", "*", "*", "?", "*"), name="monthly_summary")
def monthly_summary(event: Tick) -> dict[str, Any]:
    """Publish the month that is over."""
    from scheduled import monthly_summary as job

    return job.run(event.now)


@app.lambda_function(name="write_export")
def write_export(event: dict[str, Any], context: Any) -> int:
    """Write an export that was asked for."""
    from chalicelib.desk import exporting

    return exporting.run(event["id"], datetime.now(UTC))
