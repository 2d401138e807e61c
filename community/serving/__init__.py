"""The web process's server: gunicorn's threads, which never wait for a client's network.

gunicorn's own threaded worker gives a connection to a thread that then waits for the head, the body and the client.
Here one loop does all the waiting: a thread gets a request that has arrived completely, and the loop sends the rest of
its response. Websockets have threads and a capacity of their own.
"""
