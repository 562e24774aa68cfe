// An echo server made with npm's "ws", for our client: node server.mjs; prints its port.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  perMessageDeflate: { threshold: 0 },
  handleProtocols: protocols => (protocols.has('v1') ? 'v1' : false),
});
server.on('listening', () => console.log(server.address().port));
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
