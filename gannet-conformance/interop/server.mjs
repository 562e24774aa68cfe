// An echo server made with npm's "ws", for our client: node server.mjs [CERTIFICATE KEY]; prints its port.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { WebSocketServer } from 'ws';

const [certificate, key] = process.argv.slice(2);
const listener = certificate
  ? https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) })
  : http.createServer();
listener.listen(0, '127.0.0.1', () => console.log(listener.address().port));

const server = new WebSocketServer({
  server: listener,
  perMessageDeflate: { threshold: 0 },
  handleProtocols: protocols => (protocols.has('v1') ? 'v1' : false),
});
server.on('connection', socket => {
  socket.on('message', (data, isBinary) => {
    const text = String(data);
    if (text.startsWith('close ')) {
      socket.close(Number(text.split(' ')[1]), 'as you wish');
    } else if (text === 'ping') {
      socket.ping();
    } else {
      socket.send(data, { binary: isBinary });
    }
  });
  socket.on('pong', () => socket.send('pong'));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0)); // with the process that started it
