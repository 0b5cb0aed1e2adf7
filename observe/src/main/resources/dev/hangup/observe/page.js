'use strict';
// All that a client may have sent is put into the page as text, never as HTML.
(() => {
  const feed = new URL('feed', document.currentScript.src);
  const MOST_HANG_UPS = 60, MOST_STRAGGLERS = 20, FRESH_MS = 1500, SUMMARY_MS = 5000;
  const byId = id => document.getElementById(id);
  const whole = new Intl.NumberFormat();
  let paused = false, latest = null, offset = 0, source = null;
  let hangUps = [], stragglers = [], flightRows = new Map(), hangUpRows = new Map();
  let toldCancelled = 0, toldAt = 0;

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function row(cells) {
    const made = element('tr');
    cells.forEach(([text, kind]) => made.append(element('td', text, kind)));
    return made;
  }

  function duration(ms) {
    if (ms === undefined) return '–';
    if (ms < 10) return ms.toFixed(1) + ' ms';
    if (ms < 1000) return Math.round(ms) + ' ms';
    if (ms < 60000) return (ms / 1000).toFixed(1) + ' s';
    if (ms < 3600000) return Math.floor(ms / 60000) + ' min ' + Math.floor(ms / 1000 % 60) + ' s';
    return Math.floor(ms / 3600000) + ' h ' + Math.floor(ms / 60000 % 60) + ' min';
  }

  const clock = ms => new Date(ms).toTimeString().slice(0, 8) + '.' + String(ms % 1000).padStart(3, '0');
  const request = of => of.method + ' ' + of.path;
  const serverNow = () => Date.now() + offset;
  function set(id, text) {
    const place = byId(id);
    if (place.textContent !== text) place.textContent = text;
  }

  function state(flight) {
    if (flight.straggles) return ['straggler: ' + flight.reason, 'pill alarm'];
    return flight.reason ? ['stopping: ' + flight.reason, 'pill'] : ['runs', 'pill'];
  }

  function showFlights(frame) {
    const body = byId('flights'), rows = new Map();
    frame.flights.forEach((flight, at) => {
      const made = flightRows.get(flight.id) ?? row([
        ['', 'number'], [request(flight), 'path'], [''], ['', 'path'], [flight.protocol], [flight.peer]]);
      const [text, kind] = state(flight);
      if (made.cells[3].textContent !== flight.route) made.cells[3].textContent = flight.route;
      if (made.cells[2].textContent !== text) { made.cells[2].textContent = text; made.cells[2].className = kind; }
      made.dataset.at = flight.at;
      rows.set(flight.id, made);
      if (body.children[at] !== made) body.insertBefore(made, body.children[at] ?? null);
    });
    while (body.children.length > frame.flights.length) body.lastElementChild.remove();
    flightRows = rows;
    const hidden = frame.active - frame.flights.length;
    set('flights-note', frame.active === 0 ? 'Nothing is in flight.' : hidden > 0
      ? 'The oldest ' + frame.flights.length + '; ' + whole.format(hidden) + ' more are in flight.' : '');
    ages();
  }

  function ages() {
    if (paused) return;
    for (const made of flightRows.values()) {
      const age = duration(Math.max(0, serverNow() - made.dataset.at));
      if (made.cells[0].textContent !== age) made.cells[0].textContent = age;
    }
    const limit = Date.now() - FRESH_MS;
    document.querySelectorAll('tr.fresh').forEach(made => {
      if (made.dataset.shown < limit) made.classList.remove('fresh');
    });
  }

  /** Of each hang-up there may come two: that it was told, and later how it stopped. */
  function keep(frame) {
    if (frame.fresh) {
      hangUps = [];
      stragglers = [];
      flightRows = new Map(); // another server may give the same ids
      hangUpRows = new Map();
    }
    for (const told of frame.hangUps) {
      const known = hangUps.findIndex(one => one.id === told.id);
      if (known < 0) {
        hangUps.unshift(told);
      } else {
        hangUps[known] = { ...told, at: hangUps[known].at };
      }
    }
    hangUps.length = Math.min(hangUps.length, MOST_HANG_UPS);
    stragglers.unshift(...frame.stragglers.toReversed());
    stragglers.length = Math.min(stragglers.length, MOST_STRAGGLERS);
  }

  function showHangUps(fresh) {
    const body = byId('hang-ups'), rows = new Map();
    hangUps.forEach((one, at) => {
      let made = hangUpRows.get(one.id);
      if (!made || made.told !== one) {
        const again = row([
          [clock(one.at)], [request(one), 'path'], [one.reason, 'pill'], [duration(one.toStopMs), 'number'],
          [duration(one.ranMs), 'number'], [one.protocol], [one.route, 'path'], [duration(one.savedMs), 'number']]);
        again.told = one;
        again.dataset.id = one.id;
        again.dataset.shown = made?.dataset.shown ?? (fresh ? 0 : Date.now());
        if (again.dataset.shown > Date.now() - FRESH_MS) again.classList.add('fresh');
        made?.replaceWith(again);
        made = again;
      }
      rows.set(one.id, made);
      if (body.children[at] !== made) body.insertBefore(made, body.children[at] ?? null);
    });
    while (body.children.length > hangUps.length) body.lastElementChild.remove();
    hangUpRows = rows;
    set('hang-ups-note', hangUps.length === 0 ? 'Nobody has hung up.' : '');
  }

  function showStragglers(straggling) {
    const body = byId('stragglers');
    stragglers.forEach((one, at) => {
      const made = one.shown ??= straggler(one);
      const still = straggling.includes(one.id);
      made.now.textContent = still ? 'still runs' : 'has returned';
      made.now.className = still ? 'alarm' : 'dim';
      if (body.children[at] !== made.box) body.insertBefore(made.box, body.children[at] ?? null);
    });
    while (body.children.length > stragglers.length) body.lastElementChild.remove();
    set('stragglers-note', stragglers.length === 0 ? 'There was none.' : '');
  }

  function straggler(one) {
    const box = element('details'), summary = element('summary'), now = element('span');
    const title = request(one) + ', thread ' + one.thread;
    summary.append(title + ', found ' + duration(one.afterMs) + ' after its cancel: ', now);
    const stack = title + '\n' + one.stack.map(frame => '\tat ' + frame).join('\n');
    const copy = element('button', 'Copy the stack');
    copy.type = 'button';
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(stack);
        copy.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(text);
        copy.textContent = 'Selected: copy it by keyboard';
      }
    });
    const text = element('pre', stack);
    text.tabIndex = 0;
    box.append(summary, text, copy);
    return { box, now };
  }

  function showTotals(frame) {
    const totals = frame.totals;
    set('active', whole.format(frame.active));
    set('completed', whole.format(totals.completed));
    set('cancelled', whole.format(totals.cancelled));
    set('straggling', whole.format(frame.straggling.length));
    set('saved', totals.estimated === 0 ? '–' : '≈ ' + duration(totals.savedMs));
    set('saved-note', 'Estimated: how much longer requests of the same route take on average that were completed. '
      + 'Known for ' + whole.format(totals.estimated) + ' of ' + whole.format(totals.cancelled) + ' cancelled.');
  }

  function showTimes(totals) {
    const all = totals.timesToStop.reduce((sum, count) => sum + count, 0);
    byId('times').replaceChildren(...totals.timesToStop.map((count, at) => {
      const bound = totals.bounds[at];
      const share = all === 0 ? 0 : 100 * count / all;
      const made = row([
        [bound === undefined ? 'more' : bound < 1000 ? bound + ' ms' : bound / 1000 + ' s', 'number'],
        [whole.format(count), 'number'], [undefined, 'wide']]);
      const bar = element('span', undefined, 'bar-of');
      bar.style.width = share + '%';
      bar.setAttribute('role', 'img');
      bar.setAttribute('aria-label', share.toFixed(0) + ' %');
      made.cells[2].append(bar);
      return made;
    }));
  }

  function showReasons(reasons) {
    const names = Object.keys(reasons);
    const protocols = [...new Set(names.flatMap(name => Object.keys(reasons[name])))].sort();
    const head = element('tr');
    ['Reason', ...protocols].forEach((name, at) => {
      const cell = element('th', name, at === 0 ? '' : 'number');
      cell.scope = 'col';
      head.append(cell);
    });
    byId('reasons-head').replaceChildren(...names.length === 0 ? [] : [head]);
    byId('reasons').replaceChildren(...names.map(name => {
      const made = element('tr'), title = element('th', name);
      title.scope = 'row';
      made.append(title, ...protocols.map(of => element('td', whole.format(reasons[name][of] ?? 0), 'number')));
      return made;
    }));
    set('reasons-note', names.length === 0 ? 'Nothing was cancelled.' : '');
  }

  /** What is read out: seldom, and only if there is something to tell. */
  function tell(totals) {
    const now = Date.now(), more = totals.cancelled - toldCancelled;
    if (now - toldAt < SUMMARY_MS) return;
    if (toldAt === 0 || more === 0) {
      set('state', 'Live.');
    } else {
      set('state', 'Live. ' + whole.format(more) + ' more cancelled.');
    }
    toldAt = now;
    toldCancelled = totals.cancelled;
  }

  function show(frame, fresh) {
    showTotals(frame);
    showFlights(frame);
    showHangUps(fresh);
    showStragglers(frame.straggling);
    const totals = JSON.stringify(frame.totals);
    if (showTimes.of !== totals) {
      showTimes.of = totals;
      showTimes(frame.totals);
      showReasons(frame.totals.reasons);
    }
    tell(frame.totals);
  }

  function connect() {
    source = new EventSource(feed);
    source.addEventListener('message', event => {
      const frame = JSON.parse(event.data);
      latest = frame;
      offset = frame.now - Date.now();
      keep(frame);
      if (!paused) show(frame, frame.fresh);
    });
    source.addEventListener('error', () => {
      toldAt = 0;
      set('state', source.readyState === EventSource.CLOSED ? 'Not connected: reload the page.' : 'Connection lost; it is tried again …');
    });
  }

  byId('pause').addEventListener('click', () => {
    paused = !paused;
    byId('pause').setAttribute('aria-pressed', String(paused));
    if (!paused && latest) show(latest, true);
  });
  setInterval(ages, 250);
  connect();
})();
