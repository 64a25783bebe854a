"""What people look at: pages, mails, reports and plots, made from plain data."""
