package io.gannet.conformance;

import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The service of {@code interop/grpc/interop.proto}. */
interface Interop {

  StringValue echo(StringValue text);

  StringValue fail(StringValue codeAndMessage);

  Int64Value sleep(Int64Value millis);

  Int64Value cancelled(Int64Value ignored);

  StringValue reflect(StringValue text);

  RpcStream<Int64Value> count(Int64Value last);

  Int64Value total(RpcStream<Int64Value> numbers);

  RpcStream<StringValue> talk(RpcStream<StringValue> texts);

  /** Implements it. */
  final class Served implements Interop {

    private final AtomicLong cancelled = new AtomicLong();

    @Override
    public StringValue echo(StringValue text) {
      return text;
    }

    @Override
    public StringValue fail(StringValue codeAndMessage) {
      String[] parts = codeAndMessage.getValue().split(" ", 2);
      throw new RpcException(RpcCode.of(Integer.parseInt(parts[0])), parts[1]);
    }

    @Override
    public Int64Value sleep(Int64Value millis) {
      try {
        Thread.sleep(millis.getValue());
      } catch (InterruptedException e) { // the caller waits no longer
        cancelled.incrementAndGet();
      }
      return millis;
    }

    @Override
    public Int64Value cancelled(Int64Value ignored) {
      return Int64Value.of(cancelled.get());
    }

    @Override
    public StringValue reflect(StringValue text) {
      CallContext call = CallContext.current().orElseThrow();
      List<Metadata.Entry> entries =
          call.metadata().entries().stream()
              .filter(entry -> entry.key().equals("text") || entry.key().equals("data-bin"))
              .toList();
      call.replyWith(new Metadata(entries));
      return text;
    }

    @Override
    public RpcStream<Int64Value> count(Int64Value last) {
      return RpcStream.produce(sink -> {
        for (long i = 1; i <= last.getValue(); i++) {
          sink.send(Int64Value.of(i));
        }
      });
    }

    @Override
    public Int64Value total(RpcStream<Int64Value> numbers) {
      return Int64Value.of(numbers.stream().mapToLong(Int64Value::getValue).sum());
    }

    @Override
    public RpcStream<StringValue> talk(RpcStream<StringValue> texts) {
      return RpcStream.produce(sink -> {
        for (StringValue text : texts) {
          sink.send(StringValue.of(text.getValue() + "!"));
        }
      });
    }
  }
}
