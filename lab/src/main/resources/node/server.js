// Node's server of the lab: the handler of Work.java, which says the same lines.
'use strict';
const http = require('http');
const http2 = require('http2');

const piece = Buffer.alloc(4096);
const host = process.env.LAB_HOST || '127.0.0.1';
const now = performance.timeOrigin + performance.now();
const epoch = BigInt(Math.round(now * 1e6)) - process.hrtime.bigint();

function handle(request, response) {
  const parts = request.url.split('/');
  const id = parts[2];
  const steps = Number(parts[3]);
  const stream = parts[1] === 'stream';
  let over = false;
  const say = (what, more) =>
    console.log(`${what} ${id} ${epoch + process.hrtime.bigint()}${more === undefined ? '' : ' ' + more}`);
  const tell = how => {
    if (!over) {
      over = true;
      clearInterval(timer);
      say('told', how);
      say('stopped');
    }
  };
  say('began', request.socket.remotePort);
  request.resume();
  response.on('close', () => tell('close'));
  response.on('error', () => tell('error'));
  let step = 0;
  const timer = setInterval(() => {
    if (++step > steps) {
      over = true;
      clearInterval(timer);
      say('ended');
      response.end(stream ? '' : 'done');
    } else if (stream) {
      response.write(piece);
      say('wrote', piece.length);
    } else {
      say('step', step);
    }
  }, 10);
}

const plain = http.createServer(handle);
const cleartext2 = http2.createServer(handle);
plain.listen(0, host, () => cleartext2.listen(0, host, () => {
  console.log(`version node-${process.version}`);
  console.log(`listening h1 http://${host}:${plain.address().port}`);
  console.log(`listening h2 http://${host}:${cleartext2.address().port}`);
  console.log('ready');
}));
process.stdin.resume().on('end', () => process.exit(0)); // ends with the one who started it
