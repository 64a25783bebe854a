"""DynamoDB, and every other AWS service: the only place that knows how things are kept."""
