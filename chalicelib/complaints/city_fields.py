"""The kinds of values a city's configuration is made of."""

from typing import Annotated

from msgspec import Meta

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{4,14}$")]
Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")]
Span = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Positive = Annotated[int, Meta(ge=1, le=100_000)]
NotNegative = Annotated[int, Meta(ge=0, le=10_000_000)]
