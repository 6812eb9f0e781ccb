"""A loopback imitation of the remote services, with two weeks of records to ask it for.

The demonstration and the tests run against it. `server.LoopbackServer` is the HTTP server, `world.World` holds the
records, one module per service evaluates the query it is sent. Nothing here is used in an ordinary run.
"""
