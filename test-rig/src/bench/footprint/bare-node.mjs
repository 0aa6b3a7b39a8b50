/**
 * The peer of memory and start-up: Node with nothing but a TCP server. Run as a process; plain
 * JavaScript, because Node's own stripping of types would cost it 20 MB.
 */
import { createServer } from 'node:net';

createServer(() => {}).listen(0, '127.0.0.1', () => process.stdout.write('ready\n'));
