// What the Node.js programs share.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('interop.proto', import.meta.url));
const definition = loader.loadSync(file, { keepCase: true, longs: Number, defaults: true });
export const Interop = grpc.loadPackageDefinition(definition).Interop;
export const options = { 'grpc.max_receive_message_length': 12 << 20, 'grpc.max_send_message_length': 12 << 20 };
export { grpc };
