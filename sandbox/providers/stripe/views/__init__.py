"""Records as Stripe's API shows them: one function an object, keys in the wire's order (id, object, then the alphabet)."""
