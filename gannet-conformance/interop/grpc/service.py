"""The methods of interop.proto, as gRPC for Python needs them without generated code."""
from google.protobuf.wrappers_pb2 import Int64Value, StringValue

# Name, request type, response type, whether it takes and returns a stream.
METHODS = [
    ("echo", StringValue, StringValue, False, False),
    ("fail", StringValue, StringValue, False, False),
    ("sleep", Int64Value, Int64Value, False, False),
    ("cancelled", Int64Value, Int64Value, False, False),
    ("reflect", StringValue, StringValue, False, False),
    ("count", Int64Value, Int64Value, False, True),
    ("total", Int64Value, Int64Value, True, False),
    ("talk", StringValue, StringValue, True, True),
]


def kind(takes, returns):
    return ("stream" if takes else "unary") + "_" + ("stream" if returns else "unary")
