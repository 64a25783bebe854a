"""The local cloud: what stands in for AWS, SP4N-LAPOR! and the message providers on one machine."""
