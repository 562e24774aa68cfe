// What works the same everywhere: in each version of Node.js, and in a browser from a bundle.

function equal(actual, expected, what) {
  const [a, b] = [actual, expected].map((it) => JSON.stringify(it, (_, v) => (typeof v === "bigint" ? `${v}n` : v)));
  if (a !== b) {
    throw new Error(`${what}: ${a} instead of ${b}`);
  }
}

let heard;

/** What the server calls. */
export const services = { Page: { hear: (_, { metadata }) => void (heard = metadata) } };

/** Calls a server with values that are easily spoilt, and with streams. */
export async function check(client) {
  const values = client.service("Values", { streams: ["count", "talk"] });

  for (const long of [0, -1, 2 ** 53 - 1, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    equal(await values.echoLong(long), long, "a long");
  }
  equal(await values.echoLongs([1n, 2n ** 60n]), [1, 2n ** 60n], "longs");
  equal(await values.echoBytes(new Uint8Array([0, 127, 128, 255])), "AH+A/w==", "bytes");
  equal(await values.echoInts(new Int32Array([-1, 7])), [-1, 7], "ints");
  equal(await values.echoDouble(1e300), 1e300, "a double");
  equal(await values.echoDouble(0.1), 0.1, "another double");
  equal(await values.echoDouble(10n ** 17n), 1e17, "a double that is given exactly");
  for (const number of [NaN, Infinity, -Infinity]) {
    equal(await values.echoDouble(number), String(number), "not a number");
    equal(await values.isFinite(number), false, "whether it is a number");
  }
  const refused = await values.echoLong(2 ** 53).catch((e) => e);
  equal([refused.code, refused.notStarted], ["INVALID_ARGUMENT", true], "an integer that may be another");
  equal(String(values).startsWith("service Values of ws://"), true, "its text");

  const counted = [];
  for await (const long of values.count(String(2n ** 53n), 3)) {
    counted.push(long);
  }
  equal(counted, [2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n], "a stream");
  async function* longs() {
    yield 1;
    yield 2n ** 60n;
  }
  equal(await values.total(2, longs()), 2n + 2n ** 61n, "a stream that is sent");
  async function* words() {
    yield "a";
    yield "b";
  }
  const answers = [];
  for await (const answer of values.talk(words())) {
    answers.push(answer);
  }
  equal(answers, ["a!", "b!"], "streams both ways");
  equal(await client.call("Values/name", undefined, { timeout: 0 }), "first", "a call without a timeout");

  const bytes = new Uint8Array([0, 128, 255]);
  const metadata = { user: "ada", "trace-bin": bytes, tag: ["b", "a"], "parts-bin": [bytes, new Uint8Array()] };
  const failure = await client.call("Values/reflect", undefined, { metadata }).catch((e) => e);
  equal([failure.code, failure.message], ["ABORTED", "ABORTED: [0080ff] [0080ff, ]"], "bytes that went along");
  equal(failure.metadata, metadata, "what came along with a failure");
  equal(failure.metadata["trace-bin"] instanceof Uint8Array, true, "whether that is bytes");
  equal(heard, metadata, "what came along with a call");
}
