"""The public `IB` class by domain: one mixin a domain, names and signatures of ib_async."""
