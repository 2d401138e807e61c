"""The web process's server: gunicorn's threads, kept from waiting for anybody's network.

gunicorn's own threaded worker gives a connection to a thread that then waits for the head, the body and the reader.
Here one loop does all the waiting: a thread is given a request that has wholly arrived, and its answer is sent on by
the loop. Websockets have threads of their own, and a capacity of their own.
"""
