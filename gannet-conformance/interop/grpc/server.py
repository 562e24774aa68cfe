"""A gRPC server in Python, for our client: python3 server.py [CERTIFICATE KEY]. Prints its port."""
import itertools
import sys
import threading
from concurrent import futures

import grpc
from service import METHODS, Int64Value, StringValue, kind

CODES = {code.value[0]: code for code in grpc.StatusCode}


class Interop:
    def __init__(self):
        self.count_of_cancelled = itertools.count()
        self.number_of_cancelled = 0

    def echo(self, request, context):
        return request

    def fail(self, request, context):
        code, why = request.value.split(" ", 1)
        context.abort(CODES[int(code)], why)

    def sleep(self, request, context):
        ended = threading.Event()
        context.add_callback(ended.set)
        if ended.wait(request.value / 1000):
            self.number_of_cancelled = next(self.count_of_cancelled) + 1
        return request

    def cancelled(self, request, context):
        return Int64Value(value=self.number_of_cancelled)

    def reflect(self, request, context):
        received = context.invocation_metadata()
        context.set_trailing_metadata([e for e in received if e[0] in ("text", "data-bin")])
        return request

    def count(self, request, context):
        for i in range(1, request.value + 1):
            yield Int64Value(value=i)

    def total(self, requests, context):
        return Int64Value(value=sum(each.value for each in requests))

    def talk(self, requests, context):
        for each in requests:
            yield StringValue(value=each.value + "!")


interop = Interop()
handlers = {}
for name, request, response, takes, returns in METHODS:
    create = getattr(grpc, kind(takes, returns) + "_rpc_method_handler")
    handlers[name] = create(getattr(interop, name), request.FromString, response.SerializeToString)
options = [("grpc.max_receive_message_length", 12 << 20), ("grpc.max_send_message_length", 12 << 20)]
server = grpc.server(
    futures.ThreadPoolExecutor(16), options=options, compression=grpc.Compression.Gzip)
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("Interop", handlers)])
files = []
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        files.append(file.read())
if files:
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(files[1], files[0])]))
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
