"""A gRPC client in Python, against our server: python3 client.py HOST:PORT [CERTIFICATES]"""
import queue
import sys
import time

import grpc
from service import METHODS, Int64Value, StringValue, kind

target, certificates = sys.argv[1], sys.argv[2:]
options = [("grpc.max_receive_message_length", 12 << 20), ("grpc.max_send_message_length", 12 << 20)]
if certificates:
    with open(certificates[0], "rb") as file:
        channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()), options)
else:
    channel = grpc.insecure_channel(target, options)


class Stub:
    def __init__(self):
        for name, request, response, takes, returns in METHODS:
            create = getattr(channel, kind(takes, returns))
            call = create("/Interop/" + name, request.SerializeToString, response.FromString)
            setattr(self, name, call)


stub = Stub()


def text(value):
    return StringValue(value=value)


def number(value):
    return Int64Value(value=value)


def failure(call):
    try:
        call()
    except grpc.RpcError as e:
        return e.code(), e.details()
    raise AssertionError("has not failed")


for value in ("", "hello", "ü€𝄞\0", "x" * (8 << 20)):
    assert stub.echo(text(value)).value == value
assert stub.echo(text("x" * 100_000), compression=grpc.Compression.Gzip).value == "x" * 100_000

for code in grpc.StatusCode:
    if code is not grpc.StatusCode.OK:
        why = "why: ü€𝄞 100%\n"
        got = failure(lambda: stub.fail(text("%d %s" % (code.value[0], why))))
        assert got == (code, why), got

assert [n.value for n in stub.count(number(10_000))] == list(range(1, 10_001))
assert stub.total(number(n) for n in range(10_001)).value == 50_005_000
assert stub.total(iter(())).value == 0

words = queue.Queue()
answers = stub.talk(iter(words.get, None))
for i in range(100):
    words.put(text("word %d" % i))
    assert next(answers).value == "word %d!" % i
words.put(None)
assert list(answers) == []

cancelled = stub.cancelled(number(0)).value
assert failure(lambda: stub.sleep(number(60_000), timeout=0.2))[0] == grpc.StatusCode.DEADLINE_EXCEEDED
sleeping = stub.sleep.future(number(60_000))
time.sleep(0.2)
sleeping.cancel()
while stub.cancelled(number(0)).value < cancelled + 2:
    time.sleep(0.01)

endless = stub.count(number(1 << 60))
assert [next(endless).value for _ in range(3)] == [1, 2, 3]
endless.cancel()

sent = (("text", "one"), ("text", "two"), ("data-bin", bytes(range(256))))
_, call = stub.reflect.with_call(text(""), metadata=sent)
returned = [entry for entry in call.trailing_metadata() if entry[0] in ("text", "data-bin")]
assert sorted(map(tuple, returned)) == sorted(sent), returned

unknown = channel.unary_unary("/Interop/nothing", StringValue.SerializeToString, StringValue.FromString)
assert failure(lambda: unknown(text("")))[0] == grpc.StatusCode.UNIMPLEMENTED

calls = [stub.echo.future(text(str(i))) for i in range(500)]
assert [call.result().value for call in calls] == [str(i) for i in range(500)]

channel.close()
print("interop: ok")
