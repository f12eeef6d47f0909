"""What Omise's API shows of each record, in the newest version: one function an object, one file a topic."""
