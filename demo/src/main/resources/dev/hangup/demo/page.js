'use strict';
// All that a server sent is put into the page as text, never as HTML.
(() => {
  const PAGE = 'page-' + Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, '0')).join('') + '.';
  const MIB = 1 << 20, QUIET_MS = 5000;
  const byId = id => document.getElementById(id);
  const whole = new Intl.NumberFormat('en');
  const set = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  function show(id, text) {
    set(byId(id), text);
    byId(id).classList.toggle('none', text === '–');
  }
  const seconds = ms => (ms / 1000).toFixed(1) + ' s';
  const short = ms => ms < 10 ? ms.toFixed(1) + ' ms' : ms < 1000 ? Math.round(ms) + ' ms' : seconds(ms);

  // --- Which protocol -------------------------------------------------------------------------------------------

  const NAMES = { 'h3': 'HTTP/3', 'h2': 'HTTP/2', 'http/1.1': 'HTTP/1.1', 'http/1.0': 'HTTP/1.0' };
  const protocolOf = timing => NAMES[timing?.nextHopProtocol] ?? timing?.nextHopProtocol ?? '';
  const protocols = new Map(); // of the latest request to each path

  new PerformanceObserver(entries => entries.getEntries().forEach(entry => {
    if (protocolOf(entry)) protocols.set(new URL(entry.name).pathname, protocolOf(entry));
  })).observe({ type: 'resource', buffered: true });
  show('protocol', protocolOf(performance.getEntriesByType('navigation')[0]) || 'an unknown protocol');

  /** How a request to a path came, as ' over HTTP/2'; empty where the browser does not tell. */
  const over = path => protocols.has(path) ? ' over ' + protocols.get(path) : '';

  /** The browser knows the protocol a moment after the answer; which it is not waited for long. */
  const settled = async path => {
    for (let i = 0; i < 50 && !protocols.has(path); i++) await new Promise(done => setTimeout(done, 10));
  };

  // --- What the server tells of our requests ----------------------------------------------------------------------

  const runs = new Map(); // by the request's id
  let told = null, opened = null, heardAt = 0;

  /** One stream for all panels, there only while something runs: a browser has six connections to a server over HTTP/1.1. */
  function listen() {
    heardAt = performance.now();
    if (told === null) {
      told = new EventSource('told?of=' + PAGE);
      opened = new Promise(open => {
        told.addEventListener('open', open);
        told.addEventListener('error', open); // then without
      });
      told.addEventListener('error', () => runs.forEach(run => run.open.clear())); // the rest is lost
      told.addEventListener('message', event => hear(JSON.parse(event.data)));
    }
    return opened;
  }

  function hear(event) {
    heardAt = performance.now();
    const rest = event.id.slice(PAGE.length).split('.'); // 7, or 7.price for what request 7 itself asked for
    const run = runs.get(PAGE + rest[0]);
    if (!run) return;
    event.ms = event.at / 1000;
    const service = rest.slice(1).join('.');
    const ended = ['completed', 'stopped', 'failed'].includes(event.event);
    if (event.event === 'started') run.open.add(service);
    if (ended) run.open.delete(service);
    run.heard(service, event);
  }

  setInterval(() => {
    const idle = [...runs.values()].every(run => !run.here && run.open.size === 0);
    if (told !== null && idle && performance.now() - heardAt > QUIET_MS) {
      told.close();
      told = null;
      runs.clear();
    }
  }, 1000);

  /** Begins a request whose story is told to heard(service, event); '' stands for the request itself. */
  function begin(heard) {
    const run = { id: PAGE + begin.count++, controller: new AbortController(), heard, open: new Set(), here: true };
    runs.set(run.id, run);
    return run;
  }
  begin.count = 1;

  async function ask(run, path) {
    await listen();
    const response = await fetch(path, { signal: run.controller.signal, headers: { 'X-Request-Id': run.id }, cache: 'no-store' });
    if (!response.ok) throw new Error((await response.text()).trim() || 'status ' + response.status);
    return response;
  }

  const isOurs = failure => failure.name === 'AbortError';

  // --- Search as you type ---------------------------------------------------------------------------------------

  const search = { run: null, sent: 0, stopped: 0, completed: 0, stoppedMs: 0, completedMs: 0 };

  function searchHeard(times, event) {
    times[event.event] = event.ms;
    if (event.event === 'stopped') {
      search.stopped++;
      search.stoppedMs += event.ms - times.started;
    } else if (event.event === 'completed') {
      search.completed++;
      search.completedMs += event.ms - times.started;
    }
    if (search.stopped > 0) show('search-stopped', whole.format(search.stopped));
    show('search-completed', whole.format(search.completed));
    if (search.completed > 0 && search.stopped > 0) {
      const spared = search.completedMs / search.completed * search.stopped - search.stoppedMs;
      show('search-spared', '≈ ' + seconds(Math.max(0, spared)));
    }
  }

  function marked(name, word) {
    const line = document.createElement('li'), at = name.toLowerCase().indexOf(word.toLowerCase());
    const mark = document.createElement('mark');
    mark.textContent = name.slice(at, at + word.length);
    if (at < 0) line.append(name);
    else line.append(name.slice(0, at), mark, name.slice(at + word.length));
    return line;
  }

  async function searchFor(word) {
    search.run?.controller.abort(); // all it takes
    const found = byId('found');
    found.classList.add('old');
    if (word === '') {
      search.run = null;
      found.replaceChildren();
      show('search-status', 'Nothing is asked.');
      return;
    }
    const times = {};
    const run = search.run = begin((_, event) => searchHeard(times, event));
    show('search-sent', whole.format(++search.sent));
    show('search-status', 'Searching …');
    const began = performance.now();
    try {
      const response = await ask(run, 'search?' + new URLSearchParams({ q: word, rounds: byId('query').dataset.rounds }));
      const answer = await response.json();
      await settled('/search');
      if (search.run !== run) return;
      found.replaceChildren(...answer.names.map(name => marked(name, word)));
      found.classList.remove('old');
      const more = answer.found - answer.names.length;
      show('search-status', whole.format(answer.found) + (answer.found === 1 ? ' class in ' : ' classes in ') + seconds(performance.now() - began) + over('/search')
        + (more > 0 ? '; the shortest ' + answer.names.length + ' are shown.' : '.'));
    } catch (failure) {
      if (!isOurs(failure) && search.run === run) show('search-status', 'It failed: ' + failure.message);
    } finally {
      run.here = false;
    }
  }

  byId('query').addEventListener('input', event => searchFor(event.target.value.trim()));

  // --- Panels with two buttons ----------------------------------------------------------------------------------

  /**
   * What a panel's Start begins, at the panel's data-path, and its Stop aborts. The body is read by read(response, run);
   * heard(service, event, run) gets the server's side of it; begun() clears what was shown.
   */
  function panel(id, { begun, read, heard }) {
    const section = byId(id), start = section.querySelector('.start'), stop = section.querySelector('.stop');
    const status = section.querySelector('.status');
    let run = null;

    function running(on) {
      const focused = document.activeElement;
      start.disabled = on;
      stop.disabled = !on;
      if (focused === start || focused === stop) (on ? stop : start).focus(); // a button that is disabled loses it
    }

    start.addEventListener('click', async () => {
      const path = section.dataset.path;
      const mine = run = begin((service, event) => {
        if (run !== mine) return;
        if (service === '' && event.event === 'started') mine.status('The server works on it.');
        heard(service, event, mine);
      });
      mine.status = text => { if (run === mine) set(status, text); };
      running(true);
      begun(mine);
      mine.began = performance.now();
      mine.status('Asked.');
      try {
        await read(await ask(mine, path), mine);
        await settled(new URL(path, location.href).pathname);
        mine.status('Done after ' + seconds(performance.now() - mine.began) + over(new URL(path, location.href).pathname) + '.');
      } catch (failure) {
        mine.status(isOurs(failure) ? 'You left after ' + seconds(mine.left - mine.began) + '.' : 'It failed: ' + failure.message);
      } finally {
        mine.here = false;
        if (run === mine) running(false);
      }
    });

    stop.addEventListener('click', () => {
      run.left = performance.now();
      run.controller.abort();
    });
  }

  async function chunks(response, take) {
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
  }

  /** 'The server stopped 3 ms after it was told (client_reset).', once the server has said so. */
  function stopTold(run, event) {
    if (event.event === 'told') run.told = event;
    if (event.event === 'stopped' && run.told) {
      run.status('You left after ' + seconds(run.left - run.began) + '. The work stopped ' + short(event.ms - run.told.ms)
        + ' after the server knew: ' + run.told.reason + '.');
    }
  }

  // --- A chat ---------------------------------------------------------------------------------------------------

  panel('chat', {
    begun(run) {
      run.read = run.made = 0;
      byId('chat-text').replaceChildren();
      ['chat-read', 'chat-made'].forEach(id => show(id, '0'));
      show('chat-after', '–');
    },
    async read(response, run) {
      const decoder = new TextDecoder();
      let rest = '';
      await chunks(response, bytes => {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = lines.pop();
        for (const line of lines.filter(line => line.startsWith('data: '))) {
          const text = byId('chat-text');
          text.append(line.slice(6) + ' ');
          text.scrollTop = text.scrollHeight;
          show('chat-read', whole.format(++run.read));
        }
      });
    },
    heard(service, event, run) {
      if (service === '') stopTold(run, event);
      if (service !== 'generate' || event.n === undefined) return;
      run.made = event.n; // as the model itself counts
      show('chat-made', whole.format(run.made));
      if (event.event === 'stopped') show('chat-after', whole.format(Math.max(0, run.made - run.read)));
    },
  });

  // --- A download -----------------------------------------------------------------------------------------------

  const mib = bytes => (bytes / MIB).toFixed(bytes % MIB === 0 ? 0 : 1) + ' MiB';

  panel('download', {
    begun(run) {
      run.read = 0;
      byId('download-progress').value = 0;
      show('download-read', '0 MiB');
      ['download-written', 'download-spared'].forEach(id => show(id, '–'));
    },
    async read(response, run) {
      run.length = Number(response.headers.get('Content-Length'));
      await chunks(response, bytes => {
        run.read += bytes.length;
        byId('download-progress').value = 100 * run.read / run.length;
        show('download-read', mib(run.read));
      });
    },
    heard(service, event, run) {
      stopTold(run, event);
      if (event.n === undefined) return;
      show('download-written', mib(event.n));
      if (run.length) show('download-spared', mib(run.length - event.n));
    },
  });

  // --- A fan-out ------------------------------------------------------------------------------------------------

  panel('fan-out', {
    begun(run) {
      run.starts = {};
      ['price', 'stock', 'reviews'].forEach(name => show('service-' + name, '–'));
    },
    read: response => response.text(),
    heard(service, event, run) {
      if (service === '') {
        stopTold(run, event);
        return;
      }
      run.starts[service] ??= event.ms;
      const after = ' after ' + seconds(event.ms - run.starts[service]);
      const saw = {
        started: 'was asked, and works …',
        told: 'heard the hang-up' + after,
        stopped: 'heard it, and stopped' + after,
        completed: 'answered' + after,
        failed: 'failed' + after,
      }[event.event];
      if (saw) show('service-' + service, saw);
    },
  });

  // --- A deaf handler -------------------------------------------------------------------------------------------

  let deafTimer = 0;

  panel('deaf', {
    begun() {
      clearInterval(deafTimer);
      ['deaf-told', 'deaf-on'].forEach(id => show(id, '–'));
    },
    read: response => response.text(),
    heard(service, event, run) {
      if (event.event === 'started') run.started = event.ms;
      if (event.event === 'told') {
        run.told = event;
        const since = performance.now();
        show('deaf-told', seconds(event.ms - run.started));
        run.status('The server has told it (' + event.reason + '). It does not listen …');
        deafTimer = setInterval(() => {
          if (told?.readyState === EventSource.OPEN) show('deaf-on', seconds(performance.now() - since));
        }, 100);
      }
      if (['stopped', 'completed', 'failed'].includes(event.event) && run.told) {
        clearInterval(deafTimer);
        show('deaf-on', seconds(event.ms - run.told.ms));
        run.status('It has returned at last. Its stack is on the live page, under Stragglers.');
      }
    },
  });

  // --- The live page beside it ----------------------------------------------------------------------------------

  const beside = matchMedia('(min-width: 64rem)'); // as in the style

  async function live() {
    if (!beside.matches || byId('live').firstChild) return;
    const answer = await fetch('hangup').catch(() => null);
    if (answer?.ok) {
      const frame = document.createElement('iframe');
      frame.title = 'The live page';
      frame.src = 'hangup';
      byId('live').replaceChildren(frame);
    } else {
      show('live-note', 'It is not shown to this browser' + (answer ? ': status ' + answer.status + '.' : '.'));
    }
  }

  beside.addEventListener('change', live);
  live();

  // --- All else -------------------------------------------------------------------------------------------------

  const start = byId('start'), abort = byId('abort'), log = byId('log');
  const progress = byId('progress'); // apart from the status, which is read out
  let request = null, began = 0;

  document.querySelectorAll('.origin').forEach(place => { place.textContent = location.origin; });
  if (location.protocol === 'https:') {
    document.querySelectorAll('.curl').forEach(place => { place.textContent = 'curl --insecure'; });
  }

  function tell(what) {
    const line = document.createElement('div'), at = document.createElement('span');
    at.className = 'at';
    at.textContent = new Date().toTimeString().slice(0, 8);
    line.append(at, what);
    log.append(line);
    log.scrollTop = log.scrollHeight;
  }

  const since = () => seconds(performance.now() - began);

  function running(path) {
    const focused = document.activeElement;
    start.disabled = path !== null;
    abort.disabled = path === null;
    progress.textContent = '';
    show('status', path === null ? 'Nothing runs.' : path + ' runs.');
    if (focused === start || focused === abort) (path === null ? start : abort).focus();
  }

  start.addEventListener('click', () => {
    const path = byId('experiment').value;
    const xhr = request = new XMLHttpRequest();
    xhr.open('GET', path);
    xhr.responseType = 'blob';
    xhr.onprogress = event => { progress.textContent = event.loaded + ' bytes so far.'; };
    xhr.onabort = () => tell('GET ' + path + ' aborted after ' + since());
    xhr.onerror = () => tell('GET ' + path + ' failed after ' + since() + ': the server is gone, or cut the answer');
    xhr.onload = async () => {
      const json = xhr.response.type === 'application/json' ? ': ' + await xhr.response.text() : '';
      await settled(new URL(xhr.responseURL).pathname);
      tell('GET ' + path + ' answered ' + xhr.status + over(new URL(xhr.responseURL).pathname) + ' after ' + since() + json);
    };
    xhr.onloadend = () => running(null);
    began = performance.now();
    tell('GET ' + path + ' started');
    running(path);
    xhr.send();
  });

  abort.addEventListener('click', () => request.abort());

  // A page that is left goes on loading for a while, in case the user comes back: say that we have left.
  addEventListener('pagehide', () => {
    request?.abort();
    runs.forEach(run => run.controller.abort());
    told?.close();
    told = null;
  });
})();
