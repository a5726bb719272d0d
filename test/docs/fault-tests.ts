/** The tests that prove each row of docs/faults.md, by the row's first cell. */
export const FAULT_TESTS: Readonly<Record<string, readonly string[]>> = {
  // Redis
  'not running at the start, or stopped before the first answer': [
    'Redis is not running when the service starts',
    'Redis is suspended before there is a first answer',
  ],
  'down: killed, or unreachable': ['Redis is killed under load, and started again with nothing in it'],
  'hangs (SIGSTOP)': [
    'Redis is suspended under load, and resumed',
    'Redis is suspended while idle, and resumed',
  ],
  flushed: ['Redis is flushed'],
  'replies take 500 ms each, arrive byte by byte or at 1 kB/s, break off, or never arrive': [
    'every reply of Redis takes 500 ms',
    'replies of Redis arrive byte by byte',
    'the connection to Redis transfers 1 kB a second',
    'connections to Redis are reset in the middle of a reply',
    'a connection to Redis stalls while idle',
  ],
  LOADING: ['LOADING: Redis was started again, and reads its file'],
  'READONLY, OOM, MISCONF, NOPERM or CLUSTERDOWN': [
    'READONLY: Redis is made a replica',
    'OOM: Redis has no memory left, and evicts nothing',
    'MISCONF: Redis cannot save, and takes no writes',
    'NOPERM: the user of the service may no longer run scripts',
    'CLUSTERDOWN: the node of a cluster has lost its slots',
  ],
  'NOAUTH: a password was set': ['NOAUTH: Redis asks for a password that it did not ask for'],
  'the cache key contains anything other than an answer': [
    'the cache key holds garbage',
    'the cache key holds an almost valid answer',
    'the cache key holds another type',
    'the cache key holds 1 MB',
  ],

  // Sentinel
  'wrong settings': ['wrong Sentinel settings are refused'],
  'half of the sentinels hang or are down, or one reports a wrong server': [
    'half of the sentinels are silent or down: the master is still found',
    'a sentinel that names another server does not mislead',
  ],
  'no sentinel at the start': ['no sentinel responds at the start: the service waits for one'],
  'the master is killed or hangs, or an operator starts a failover': [
    'a failover: the master is killed',
    'a failover: the master hangs',
    'a failover: the sentinels are asked for it',
    'a failover to a replica that has nothing: the next refresh fills it',
  ],
  'a master is demoted without the sentinels': [
    'a master that is demoted without the sentinels is left at the first write',
  ],

  // Cluster
  '`REDIS_URL` has the form for another kind of Redis': [
    'a cluster node given as a single server is refused, with the right form of the URL',
    'a single server given as a cluster is refused, with the right form of the URL',
  ],
  "the slot with the service's keys moves to another node": [
    'the slot is moved to another node: readers notice nothing, and nothing is lost',
  ],
  "the slot's node is killed or hangs": [
    'the node of our slot is killed and started again',
    'the node of our slot is suspended and resumed',
    'a replica takes over the slot, on request and after a kill',
  ],

  // Several processes on one Redis
  'a process is killed while it refreshes': [
    'a process that is killed while it holds a tick loses that tick at most',
  ],
  'two processes start at once on an empty Redis': [
    'two services start at once on an empty Redis, and keep each sample once',
  ],
  'notifications do not arrive': ['without notifications, a change is read within about a second'],

  // The file
  'another process holds the write lock': ['another process holds the write lock of the file'],
  'the disk is full': ['the disk is full'],
  'the disk fails to sync the log': [
    'a sync that fails ends an import, and what was acknowledged is stored',
    'a sync that fails ends the service, for its process manager to restart',
  ],
  'the file is moved, alone or with `-wal` and `-shm`': [
    'the file is moved: all that was acknowledged is in it, without its log',
    'the file and its log are moved together',
    'the file is moved while an import writes to it: what it counted is in the moved file',
  ],
  'the file is moved while another process reads it': ['the file is moved, while another process reads it'],
  'another file takes its place': [
    'a backup is moved to the place of the file: it is not changed',
    'another kind of file is moved to the place of the file: it is not changed, and a start names the problem',
  ],
  'the file is deleted': ['the file is deleted'],
  'its folder is deleted, and a second service starts there': [
    'the folder of the file is deleted, and a second service is started there',
  ],
  'its folder is moved away and straight back': ['the folder of the file is moved away, and back'],
  'two services start on one file': [
    'two services start at once on one file: one serves, the other says why it does not',
  ],

  // Kills and the clock
  '`kill -9` of the service, of a program that uses the SQLite file, or of a Redis with `appendfsync always`, at any moment':
    [
      'kill -9 of a service on SQLite, again and again',
      'kill -9 of a service on SQLite, in the middle of its checkpoints',
      'hours and days are right after two processes append and remove, and are killed',
      'kill -9 of a service and of its Redis, in turns',
    ],
  'with `WORKERS`, no worker can be started for a minute': [
    'a service without workers for a minute ends with 70',
  ],
  'the clock is a day ahead': [
    'the clock is set a day forward, and corrected',
    'live: the clock is set a day forward, and corrected',
  ],
  'it is a day behind': ['the clock is set a day back, and corrected'],
  'samples were written by a clock that was ahead': [
    'samples with wrong times are in no average once the clock is corrected',
  ],

  // Clients
  'headers or bodies arrive slowly, or not at all': [
    '200 clients send their headers byte by byte',
    'the service does not wait for bodies that arrive slowly',
    '5,000 clients connect and say nothing',
  ],
  'headers are too large': ['clients send 1 MB of headers'],
  'hundreds of requests in one write': [
    'many requests in one write are answered in their order',
    '60 clients send hundreds of requests in each write',
  ],
  'more clients than the limit of open files allows': ['more clients connect than files may be open'],
  'clients close their half of the connection': [
    'clients that close their half get their answer, and the connection is closed',
  ],
  'clients read nothing, or too slowly': [
    'clients send requests without end, and never read',
    'clients that read 20 MB slowly and steadily stay connected',
  ],
  'a live stream has nothing to send': ['an idle stream sends a comment every 15 s'],

  // The live source
  'one exchange is silent, refuses, or sends errors, wrong or old prices': [
    'whatever one exchange does, every price is the others’, or absent',
  ],
  'all exchanges are down': [
    'all exchanges down: logged once, stale while the sentiment continues; back at the next tick',
    'after an outage the gap is filled in price and sentiment, no minute twice',
  ],
  'all exchanges and feeds are down': ['without any value: 502, one line of reasons, and nothing changed'],
  'one feed sends errors, HTML, bombs (gzip, entities), 100 MB, endless items, no dates, endless redirects, single bytes or malformed XML':
    [
      'one feed’s fault does not affect the others',
      'whatever a feed sends, the result is one line, in bounded time and memory, without blocking',
      'an entity bomb costs nothing, and the rest of the feed is read',
      'a feed with endless headlines displaces none of others',
    ],
  'a feed is slow at the first start': ['a slow feed does not delay the price of the first start'],
  'the Fear & Greed index fails': [
    'a failure keeps the last index, states the reason, and delays the next request more each time',
  ],
  'the saved state is garbage': ['a state store full of garbage counts as empty'],
  'the service restarts, even after `kill -9` while it fills the first day': [
    'a restart restores back-offs and headlines',
    'live: the service is killed again and again while it fills its first day',
  ],
  'Redis is killed and returns empty': ['live: Redis is killed, and started again with nothing in it'],

  // Imports
  'a very long CSV file': ['a long file takes no more memory than a short one'],
  '1.5 million bad lines, an endless line, or a gzip bomb': [
    'a file of bad lines, an endless line or a gzip bomb takes no more memory either',
  ],
};

/** Tests of `test/hard` in which nothing breaks. */
export const NORMAL_COURSE: readonly string[] = [
  'a prefix with a hash tag is used unchanged; simulated samples have one slot too',
  'another process sees a refresh',
  'a refresh at one process is in the answer of the other within 50 ms',
  'in ten ticks, two processes request the feed ten times',
];
