// Clients made with npm's "mqtt" (MQTT.js), against the broker of gannet-examples:
// node mqtt.mjs mqtt[s]|ws[s]://host:port PROTOCOL_VERSION CERTIFICATES [cut]
// With "cut", packets are cut and joined into WebSocket messages of any size, some of them empty.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import mqtt from 'mqtt';
import WebSocket from 'ws';

const [url, version, certificates, cut] = process.argv.slice(2);
const protocolVersion = Number(version);
const five = protocolVersion === 5;
const ca = readFileSync(certificates); // whom to trust with TLS
const target = new URL(url);
const run = `${target.protocol}${version}${cut ?? ''}`.replace(':', '-'); // keeps the topics of runs apart
const clients = [];

let seed = 1883;
const below = limit => (seed = (seed * 1103515245 + 12345) % 2147483648) % limit;

/** A WebSocket as a stream that puts its bytes into messages without regard to what they are. */
function cutting() {
  const socket = new WebSocket(url, 'mqtt', { ca });
  const stream = new Duplex({
    read() {},
    write(chunk, encoding, done) {
      const cuts = Array.from({ length: below(5) }, () => below(chunk.length + 1)).sort((a, b) => a - b);
      [0, ...cuts].forEach((from, n) => socket.send(chunk.subarray(from, cuts[n] ?? chunk.length)));
      done();
    },
    writev(chunks, done) { // several packets in one message
      stream._write(Buffer.concat(chunks.map(each => each.chunk)), 'buffer', done);
    },
    destroy(error, done) {
      socket.terminate();
      done(error);
    },
  });
  stream.cork();
  socket.on('open', () => stream.uncork());
  socket.on('message', data => stream.push(data));
  socket.on('close', () => stream.destroy());
  socket.on('error', error => stream.destroy(error));
  return stream;
}

async function connect(options = {}, stays = true) {
  const all = { protocolVersion, ca, reconnectPeriod: 0, connectTimeout: 20000, ...options };
  const client = cut ? new mqtt.MqttClient(cutting, { ...mqtt.defaultConnectOptions, ...all }) : mqtt.connect(url, all);
  clients.push(client);
  client.got = [];
  client.on('message', (topic, payload, packet) => client.got.push({ topic, payload, packet }));
  client.on('close', () => {
    if (stays && !client.disconnecting) client.emit('error', new Error('the broker has closed the connection'));
  });
  await once(client, 'connect');
  return client;
}

/** The next message, or the next few. */
async function next(client) {
  while (client.got.length === 0) await once(client, 'message');
  return client.got.shift();
}

async function expect(client, topic, payload, retain = false) {
  const message = await next(client);
  assert.equal(message.topic, topic);
  assert.deepEqual(message.payload, Buffer.from(payload));
  assert.equal(message.packet.retain, retain, topic);
  return message.packet;
}

/** Nothing came that wasn't expected, as what is sent last comes first. */
async function expectNothingElse(client, topic) {
  await writer.publishAsync(topic, 'last', { qos: 1 });
  await expect(client, topic, 'last');
}

const writer = await connect({ clientId: `writer-${run}` });
const reader = await connect({ clientId: `reader-${run}` });

// Sizes and QoS.
for (const qos of [0, 1]) {
  const topic = `${run}/sizes/${qos}`;
  const [granted] = await reader.subscribeAsync(topic, { qos });
  assert.equal(granted.qos, qos);
  for (const size of [0, 1, 100, 127, 128, 16383, 16384, 65535, 65536, 200000]) {
    const payload = Buffer.alloc(size, size % 251);
    await writer.publishAsync(topic, payload, { qos });
    assert.equal((await expect(reader, topic, payload)).qos, qos);
  }
}

// Many at once, in order.
await reader.subscribeAsync(`${run}/many`, { qos: 1 });
const many = Array.from({ length: 1000 }, (_, i) => writer.publishAsync(`${run}/many`, String(i), { qos: 1 }));
for (let i = 0; i < 1000; i++) await expect(reader, `${run}/many`, String(i));
await Promise.all(many);

// Wildcards; what is unsubscribed comes no more.
await reader.subscribeAsync([`${run}/+/leaf`, `${run}/deep/#`], { qos: 1 });
for (const topic of ['a/leaf', 'a/b/leaf', 'deep', 'deep/er', 'deep/er/leaf', 'leaf', 'deep/leaf']) {
  await writer.publishAsync(`${run}/${topic}`, topic, { qos: 1 });
}
for (const topic of ['a/leaf', 'deep', 'deep/er', 'deep/er/leaf', 'deep/leaf']) {
  await expect(reader, `${run}/${topic}`, topic);
}
await reader.unsubscribeAsync(`${run}/deep/#`);
await writer.publishAsync(`${run}/deep/er`, 'not for it', { qos: 1 });
await expectNothingElse(reader, `${run}/x/leaf`);

// Retained: the last one, to those who come later, more of them than may be on their way at once; until it is emptied.
await writer.publishAsync(`${run}/kept/first`, 'old', { qos: 1, retain: true });
const kept = Array.from({ length: 1500 }, (_, i) => writer.publishAsync(`${run}/kept/${i}`, String(i), { qos: 1, retain: true }));
await writer.publishAsync(`${run}/kept/first`, 'new', { qos: 1, retain: true });
await Promise.all(kept);
for (const qos of [0, 1]) {
  const late = await connect();
  await late.subscribeAsync(`${run}/kept/+`, { qos });
  const seen = new Map();
  while (seen.size < 1501) {
    const { topic, payload, packet } = await next(late);
    assert(packet.retain);
    assert.equal(packet.qos, qos);
    assert(!seen.has(topic), topic);
    seen.set(topic, String(payload));
  }
  assert.equal(seen.get(`${run}/kept/first`), 'new');
  assert.equal(seen.get(`${run}/kept/1499`), '1499');
  await late.endAsync();
}
await Promise.all(Array.from({ length: 1500 }, (_, i) => writer.publishAsync(`${run}/kept/${i}`, '', { qos: 1, retain: true })));
await reader.subscribeAsync(`${run}/kept/#`, { qos: 1 });
await expect(reader, `${run}/kept/first`, 'new', true);
await expectNothingElse(reader, `${run}/kept/later`);

// Wills: of those who are cut off, and not of those who say goodbye.
await reader.subscribeAsync(`${run}/gone/+`, { qos: 1 });
const will = id => ({ topic: `${run}/gone/${id}`, payload: `${id} is gone`, qos: 1, retain: false });
const polite = await connect({ will: will('polite') });
await polite.endAsync();
const cutOff = await connect({ will: will('cut-off') }, false);
cutOff.stream.destroy();
await expect(reader, `${run}/gone/cut-off`, 'cut-off is gone');

// One that takes over, and the will of the one before.
const first = await connect({ clientId: `twin-${run}`, will: will('twin') }, false);
const reason = five ? once(first, 'disconnect') : once(first, 'close');
await connect({ clientId: `twin-${run}` });
if (five) assert.equal((await reason)[0].reasonCode, 0x8e);
await reason;
await expect(reader, `${run}/gone/twin`, 'twin is gone');

// Keep-alive: one that pings stays, one that is silent goes.
const pinging = await connect({ keepalive: 1 });
let pongs = 0;
pinging.on('packetreceive', packet => { pongs += packet.cmd === 'pingresp'; });
const hello = Buffer.from([0x10, 0x10, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 1, 0, 4, ...Buffer.from('mute')]);
let silent;
if (target.protocol.startsWith('ws')) {
  silent = new WebSocket(url, 'mqtt', { ca });
  silent.on('open', () => silent.send(hello));
} else {
  silent = target.protocol === 'mqtts:'
    ? tls.connect({ host: target.hostname, port: Number(target.port), ca })
    : net.connect(Number(target.port), target.hostname);
  silent.resume();
  silent.write(hello);
}
await once(silent, 'close');
while (pongs < 3) await once(pinging, 'packetreceive');
assert(pinging.connected);

// What is refused.
for (const [filter, code] of [['$share/group/a', 0x9e], ['a/'.repeat(20), 0x8f]]) {
  await assert.rejects(
    reader.subscribeAsync(filter, { qos: 1 }),
    error => error.packet.granted[0] === (five ? code : 0x80),
  );
}

// What version 5 adds.
if (five) {
  await reader.subscribeAsync(`${run}/five`, { qos: 1, nl: true });
  const properties = {
    payloadFormatIndicator: true,
    contentType: 'text/plain',
    responseTopic: `${run}/answers`,
    correlationData: Buffer.from('42'),
    userProperties: { who: 'writer' },
  };
  await reader.publishAsync(`${run}/five`, 'its own', { qos: 1 });
  await writer.publishAsync(`${run}/five`, 'with properties', { qos: 1, properties });
  const packet = await expect(reader, `${run}/five`, 'with properties');
  assert.deepEqual({ ...packet.properties, userProperties: { ...packet.properties.userProperties } }, properties);
}

await Promise.all(clients.map(client => client.endAsync(true)));
console.log('interop: ok');
process.exit(0);
