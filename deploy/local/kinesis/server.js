// kinesalite for this machine alone: `node server.js <port>`. Its own command listens on every interface and has no option.
'use strict'

const kinesalite = require('kinesalite')

const options = { shardLimit: 100, createStreamMs: 10, deleteStreamMs: 10, updateStreamMs: 10 }
kinesalite(options).listen(Number(process.argv[2]), '127.0.0.1')
