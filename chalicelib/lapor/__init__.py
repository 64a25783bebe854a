"""SP4N-LAPOR!, the national complaint system: its client, its vocabulary, its errors."""
