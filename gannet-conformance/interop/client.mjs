// A client made with npm's "ws", against our echo server: node client.mjs ws[s]://host:port/path CERTIFICATES
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';

const url = process.argv[2];
const ca = readFileSync(process.argv[3]); // whom to trust with wss

async function open(options, protocols = []) {
  const socket = new WebSocket(url, protocols, { ca, ...options });
  await once(socket, 'open');
  return socket;
}

async function echo(socket, data, binary) {
  socket.send(data, { binary });
  const [answer, isBinary] = await once(socket, 'message');
  assert.equal(isBinary, binary);
  assert.deepEqual(answer, Buffer.from(data));
}

for (const perMessageDeflate of [false, true]) {
  const socket = await open({ perMessageDeflate }, ['v9', 'v1']);
  assert.equal(socket.protocol, 'v1');
  assert.equal(socket.extensions.includes('permessage-deflate'), perMessageDeflate);
  for (const size of [0, 1, 125, 126, 1000, 65535, 65536, 1000000]) {
    await echo(socket, 'ü'.repeat(size), false);
    await echo(socket, Buffer.alloc(size, 7), true);
  }

  socket.send('frag', { fin: false });
  socket.send('men', { fin: false });
  socket.send('ted', { fin: true });
  assert.equal(String((await once(socket, 'message'))[0]), 'fragmented');

  socket.ping('are you there?');
  assert.equal(String((await once(socket, 'pong'))[0]), 'are you there?');

  // Many at once, answered in order.
  const answers = [];
  const all = new Promise(done => socket.on('message', data => {
    answers.push(Number(data));
    if (answers.length === 10000) done();
  }));
  for (let i = 0; i < 10000; i++) socket.send(String(i));
  await all;
  assert.deepEqual(answers, Array.from({ length: 10000 }, (_, i) => i));
  socket.removeAllListeners('message');

  // Closed by the server, with a code of its choice.
  socket.send('close 4321 so long');
  const [code, reason] = await once(socket, 'close');
  assert.equal(code, 4321);
  assert.equal(String(reason), 'so long');

  // Closed by this side.
  const other = await open({ perMessageDeflate });
  other.close(4000, 'enough');
  assert.equal((await once(other, 'close'))[0], 4000);
}

// Compressed from the first byte, in fragments of any size, also empty ones.
let seed = 7692;
const below = limit => (seed = (seed * 1103515245 + 12345) % 2147483648) % limit;
for (const options of [
  {},
  { serverNoContextTakeover: true, clientNoContextTakeover: true },
  { clientMaxWindowBits: 9 },
  { zlibDeflateOptions: { level: 0 } },
  { zlibDeflateOptions: { level: 9, memLevel: 1 } },
]) {
  const socket = await open({ perMessageDeflate: { threshold: 0, ...options } });
  assert(socket.extensions.includes('permessage-deflate'));
  for (let i = 0; i < 200; i++) {
    const whole = Buffer.from(Array.from({ length: below(5000) }, () => below(i % 2 ? 3 : 256)));
    const cuts = Array.from({ length: below(6) }, () => below(whole.length + 1)).sort((a, b) => a - b);
    [0, ...cuts].forEach((from, n) => socket.send(
      whole.subarray(from, cuts[n] ?? whole.length),
      { binary: true, compress: true, fin: n === cuts.length },
    ));
    const [answer] = await once(socket, 'message');
    assert.deepEqual(answer, whole);
  }
  socket.close();
}

// A foreign origin is refused.
const foreign = new WebSocket(url, { ca, origin: 'https://evil.example' });
const [, response] = await once(foreign, 'unexpected-response');
assert.equal(response.statusCode, 403);
foreign.on('error', () => {});
foreign.terminate();

console.log('interop: ok');
process.exit(0);
