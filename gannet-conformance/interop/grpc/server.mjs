// A gRPC server in Node.js, for our client: node server.mjs [CERTIFICATE KEY]. Prints its port.
import { readFileSync } from 'node:fs';
import { grpc, Interop, options } from './grpc.mjs';

let cancelled = 0;

const methods = {
  echo: (call, answer) => answer(null, call.request),
  fail: (call, answer) => {
    const [, code, details] = /^(\d+) (.*)$/s.exec(call.request.value);
    answer({ code: Number(code), details });
  },
  sleep: (call, answer) => {
    const timer = setTimeout(() => answer(null, call.request), call.request.value);
    call.on('cancelled', () => {
      clearTimeout(timer);
      cancelled++;
    });
  },
  cancelled: (call, answer) => answer(null, { value: cancelled }),
  reflect: (call, answer) => {
    const trailers = new grpc.Metadata();
    for (const key of ['text', 'data-bin']) {
      call.metadata.get(key).forEach(value => trailers.add(key, value));
    }
    answer(null, call.request, trailers);
  },
  count: async call => {
    for (let i = 1; i <= call.request.value && !call.cancelled; i++) {
      if (!call.write({ value: i })) {
        await new Promise(resolve => call.once('drain', resolve).once('cancelled', resolve));
      }
    }
    call.end();
  },
  total: (call, answer) => {
    let value = 0;
    call.on('data', each => (value += each.value));
    call.on('end', () => answer(null, { value }));
  },
  talk: call => {
    call.on('data', each => call.write({ value: each.value + '!' }));
    call.on('end', () => call.end());
  },
};

const server = new grpc.Server({ ...options, 'grpc.default_compression_algorithm': 2 });
server.addService(Interop.service, methods);
const [certificate, key] = process.argv.slice(2).map(path => readFileSync(path));
const credentials = certificate
  ? grpc.ServerCredentials.createSsl(null, [{ cert_chain: certificate, private_key: key }])
  : grpc.ServerCredentials.createInsecure();
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) {
    throw error;
  }
  console.log(port);
});
