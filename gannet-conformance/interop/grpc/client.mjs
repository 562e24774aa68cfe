// A gRPC client in Node.js, against our server: node client.mjs HOST:PORT [CERTIFICATES]
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { grpc, Interop, options } from './grpc.mjs';

const [target, certificates] = process.argv.slice(2);
const credentials = certificates
  ? grpc.credentials.createSsl(readFileSync(certificates))
  : grpc.credentials.createInsecure();
const client = new Interop(target, credentials, options);

/** Calls a method without streams; the promise has the call as a property. */
function call(method, value, callOptions = {}, metadata = new grpc.Metadata()) {
  let made;
  const result = new Promise((resolve, reject) => {
    made = client[method]({ value }, metadata, callOptions, (error, response) =>
      error ? reject(error) : resolve(response.value));
  });
  result.call = made;
  return result;
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'has not failed' });
}

for (const value of ['', 'hello', 'ü€𝄞\0', 'x'.repeat(8 << 20)]) {
  assert.equal(await call('echo', value), value);
}
const gzip = new Interop(target, credentials, { ...options, 'grpc.default_compression_algorithm': 2 });
await new Promise((resolve, reject) =>
  gzip.echo({ value: 'x'.repeat(100_000) }, (error, response) =>
    error ? reject(error) : resolve(assert.equal(response.value, 'x'.repeat(100_000)))));
gzip.close();

for (let code = 1; code <= 16; code++) {
  const why = 'why: ü€𝄞 100%\n';
  const error = await failure(call('fail', `${code} ${why}`));
  assert.deepEqual([error.code, error.details], [code, why]);
}

let expected = 1;
for await (const each of client.count({ value: 10_000 })) {
  assert.equal(each.value, expected++);
}
assert.equal(expected, 10_001);

for (const [count, sum] of [[0, 0], [10_001, 50_005_000]]) {
  const total = await new Promise((resolve, reject) => {
    const stream = client.total((error, response) => (error ? reject(error) : resolve(response.value)));
    for (let i = 0; i < count; i++) {
      stream.write({ value: i });
    }
    stream.end();
  });
  assert.equal(total, sum);
}

const talk = client.talk();
const answers = talk[Symbol.asyncIterator]();
for (let i = 0; i < 100; i++) {
  talk.write({ value: `word ${i}` });
  assert.equal((await answers.next()).value.value, `word ${i}!`);
}
talk.end();
assert.equal((await answers.next()).done, true);

const cancelled = await call('cancelled', 0);
const late = await failure(call('sleep', 60_000, { deadline: Date.now() + 200 }));
assert.equal(late.code, grpc.status.DEADLINE_EXCEEDED);
const sleeping = call('sleep', 60_000);
await pause(200);
sleeping.call.cancel();
assert.equal((await failure(sleeping)).code, grpc.status.CANCELLED);
while ((await call('cancelled', 0)) < cancelled + 2) {
  await pause(10);
}

const endless = client.count({ value: 2 ** 50 });
const first = [];
const end = await failure((async () => {
  for await (const each of endless) {
    first.push(each.value);
    if (first.length === 3) {
      endless.cancel();
    }
  }
})());
assert.equal(end.code, grpc.status.CANCELLED);
assert.deepEqual(first.slice(0, 3), [1, 2, 3]);

const metadata = new grpc.Metadata();
metadata.add('text', 'one');
metadata.add('text', 'two');
metadata.add('data-bin', Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
const reflected = call('reflect', '', {}, metadata);
const status = new Promise(resolve => reflected.call.on('status', resolve));
await reflected;
const returned = (await status).metadata;
assert.deepEqual(returned.get('text').join(', '), 'one, two');
assert.deepEqual(returned.get('data-bin'), metadata.get('data-bin'));

const all = await Promise.all(Array.from({ length: 500 }, (_, i) => call('echo', String(i))));
assert.deepEqual(all, Array.from({ length: 500 }, (_, i) => String(i)));

client.close();
console.log('interop: ok');
