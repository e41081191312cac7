// Asks status.json every two seconds and shows it. What came is shown as text only.
'use strict';

const PAUSE = 2000;
const COLUMNS = [
  {key: 'name', head: 'Table'},
  {key: 'rows', head: 'Rows', number: true},
  {key: 'history', head: 'Last minutes', fixed: true},
  {key: 'committed', head: 'Last commit', number: true},
  {key: 'complete', head: 'Complete until', number: true},
  {key: 'files', head: 'Files', number: true},
  {key: 'deleteFiles', head: 'Delete files', number: true},
  {key: 'remark', head: ''},
];

let latest = null;
let sorted = {key: 'name', up: true};

const at = id => document.getElementById(id);

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

function number(value) {
  return Math.round(value).toLocaleString('en');
}

function ago(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) {
    return seconds + ' s';
  }
  if (seconds < 3600) {
    return Math.floor(seconds / 60) + ' min ' + seconds % 60 + ' s';
  }
  return seconds < 86400
    ? Math.floor(seconds / 3600) + ' h ' + Math.floor(seconds % 3600 / 60) + ' min'
    : Math.floor(seconds / 86400) + ' d ' + Math.floor(seconds % 86400 / 3600) + ' h';
}

function bytes(count) {
  const mega = count / 1048576;
  return mega < 1 ? Math.ceil(count / 1024) + ' kB' : mega < 1024 ? mega.toFixed(1) + ' MB' : (mega / 1024).toFixed(1) + ' GB';
}

function line(values) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 100 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  if (values.length < 2) {
    svg.setAttribute('aria-label', 'nothing known yet');
    return svg;
  }
  const low = Math.min(...values);
  const high = Math.max(...values);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', values.map((value, i) => (i ? 'L' : 'M') + (i * 100 / (values.length - 1)).toFixed(1) + ' '
    + (high === low ? 10 : 18 - (value - low) * 16 / (high - low)).toFixed(1)).join(''));
  svg.setAttribute('aria-label', 'from ' + number(values[0]) + ' to ' + number(values[values.length - 1]) + ' rows');
  svg.append(path);
  return svg;
}

function tables(status) {
  const metrics = status.job ? status.job.tables : {};
  return status.tables.map(table => {
    const of = metrics[table.name] || {};
    const remark = of.isSetAside > 0 ? 'set aside' : of.isBeingFilled > 0 ? 'is being filled' : '';
    return {
      name: table.name,
      rows: table.rows,
      isExact: table.isExact,
      history: status.history[table.name] || [],
      committed: table.committed ? status.now - table.committed : Infinity,
      complete: !remark && of.completeAgeMilliseconds !== undefined ? of.completeAgeMilliseconds : Infinity,
      files: table.files,
      deleteFiles: table.deleteFiles,
      remark,
    };
  });
}

function cell(table, column) {
  const value = table[column.key];
  if (column.key === 'history') {
    return line(value);
  }
  if (column.key === 'committed' || column.key === 'complete') {
    return value === Infinity ? '' : ago(value) + ' ago';
  }
  return column.key === 'rows' ? (table.isExact ? '' : 'up to ') + number(value) : column.number ? number(value) : value;
}

function showTables() {
  const wanted = at('find').value.toLowerCase();
  const rows = tables(latest).filter(table => table.name.toLowerCase().includes(wanted));
  const compare = (a, b) => a[sorted.key] < b[sorted.key] ? -1 : a[sorted.key] > b[sorted.key] ? 1 : 0;
  rows.sort((a, b) => (sorted.up ? 1 : -1) * compare(a, b) || (a.name < b.name ? -1 : 1));
  at('rows').replaceChildren(...rows.map(table => element('tr', '', ...COLUMNS.map(column => {
    const made = element('td', column.key === 'name' ? 'name' : column.number ? 'number' : '', cell(table, column));
    made.dataset.head = column.head;
    if (column.key === 'remark') {
      made.classList.add('late');
    }
    return made;
  }))));
  at('none').hidden = rows.length > 0;
}

function heads() {
  at('heads').replaceChildren(...COLUMNS.map(column => {
    const head = element('th', column.number ? 'number' : '');
    head.scope = 'col';
    if (column.fixed || !column.head) {
      head.append(column.head);
      return head;
    }
    const button = element('button', '', column.head);
    button.type = 'button';
    button.addEventListener('click', () => {
      sorted = {key: column.key, up: sorted.key === column.key ? !sorted.up : true};
      for (const other of at('heads').children) {
        other.removeAttribute('aria-sort');
      }
      head.setAttribute('aria-sort', sorted.up ? 'ascending' : 'descending');
      if (latest) {
        showTables();
      }
    });
    if (column.key === sorted.key) {
      head.setAttribute('aria-sort', 'ascending');
    }
    head.append(button);
    return head;
  }));
}

function stop(title, ...lines) {
  return element('div', 'stop', element('strong', '', title), ...lines.filter(text => text).map(text => element('span', '', text)));
}

function arrow(main, below) {
  return element('div', 'arrow', element('b', '', main), ...(below ? [element('i', '', below)] : []));
}

function sourceLines(metrics) {
  const lines = [];
  if (metrics.snapshotChunksLeft > 0) {
    lines.push('snapshot: about ' + number(metrics.snapshotRowsLeft || 0) + ' rows left');
  } else if (metrics.snapshotChunksLeft !== undefined) {
    lines.push('snapshot read');
  }
  if (metrics.resyncTables > 0) {
    lines.push(number(metrics.resyncTables) + ' tables read again, about ' + number(metrics.resyncRowsLeft || 0) + ' rows left');
  }
  if (metrics.slotWalBytes !== undefined) {
    lines.push(bytes(metrics.slotWalBytes) + ' of WAL kept');
  }
  if (metrics.pendingRecords !== undefined) {
    lines.push(number(metrics.pendingRecords) + ' records left');
  }
  if (metrics.exportsLeft > 0) {
    lines.push(number(metrics.exportsLeft) + ' exports left');
  }
  return lines;
}

function showFlow(status) {
  const job = status.job;
  const sources = job ? Object.entries(job.sources) : [];
  const behind = Math.max(...sources.map(([, metrics]) =>
    Math.max(metrics.sourceLagMilliseconds || 0, metrics.millisBehindLatest || 0)), 0);
  const lag = sources.reduce((sum, [, metrics]) => sum + (metrics.sourceLagBytes || 0), 0);
  const rows = status.tables.reduce((sum, table) => sum + table.rows, 0);
  const newest = Math.max(...status.tables.map(table => table.committed), 0);
  const letters = status.deadLetters;
  at('flow').replaceChildren(
    element('div', 'stops', ...(sources.length
      ? sources.map(([name, metrics]) => stop(name, ...sourceLines(metrics)))
      : [stop('Sources', 'nothing is known of them')])),
    arrow(job ? (behind / 1000).toFixed(1) + ' s behind' : '', job ? bytes(lag) : ''),
    stop(job ? 'Job ' + job.name : 'No job', job ? job.state + ' for ' + ago(status.now - job.since) : '',
      job ? (job.checkpoint ? 'last checkpoint ' + ago(status.now - job.checkpoint) + ' ago, ' + bytes(job.checkpointBytes)
        : 'no checkpoint yet') : '', job && job.restarts ? number(job.restarts) + (job.restarts === 1 ? ' restart' : ' restarts') : ''),
    arrow(newest ? 'committed ' + ago(status.now - newest) + ' ago' : 'no commit yet', status.changed === null ? ''
      : (status.changed < 0 ? '' : '+') + number(status.changed) + ' rows/min'),
    element('div', 'stops', stop('Iceberg', number(status.tables.length) + ' tables', number(rows) + ' rows'),
      stop('Dead letters', number(letters.letters), letters.recent ? number(letters.recent) + ' of the last day' : '')));
}

function show(status) {
  latest = status;
  const job = status.job;
  const problems = status.problems;
  at('name').textContent = job ? job.name : 'Tributary';
  document.title = (problems.length ? '(' + problems.length + ') ' : '') + at('name').textContent;
  at('state').textContent = problems.length ? problems.length + (problems.length === 1 ? ' problem' : ' problems') : 'all is well';
  at('state').className = 'badge ' + (problems.length ? 'bad' : 'good');
  at('told').textContent = 'As of ' + new Date(status.now).toLocaleTimeString();
  at('problems').replaceChildren(...problems.map(problem => element('p', 'problem', problem)));
  showFlow(status);
  showTables();
  at('letters').hidden = status.deadLetters.newest.length === 0;
  at('letter-list').replaceChildren(...status.deadLetters.newest.map(letter =>
    element('li', '', letter.at + '  ' + letter.table + ': ' + letter.reason)));
}

async function ask() {
  try {
    const answer = await fetch('status.json', {cache: 'no-store'});
    if (!answer.ok) {
      throw new Error(await answer.text());
    }
    show(await answer.json());
  } catch (failure) {
    at('state').textContent = 'no answer';
    at('state').className = 'badge bad';
    at('told').textContent = 'The command that shows this page does not answer: ' + failure.message
      + (latest ? '. Below is what it said at ' + new Date(latest.now).toLocaleTimeString() : '');
  }
  setTimeout(ask, PAUSE);
}

document.addEventListener('keydown', event => {
  if (event.key === '/' && document.activeElement !== at('find')) {
    event.preventDefault();
    at('find').focus();
  }
  if (event.key === 'Escape' && document.activeElement === at('find')) {
    at('find').value = '';
    if (latest) {
      showTables();
    }
  }
});
at('find').addEventListener('input', () => latest && showTables());
heads();
ask();
