'use strict';
for (const table of document.querySelectorAll('table.sorts')) {
  table.querySelectorAll('th button').forEach(button => {
    button.addEventListener('click', () => {
      const head = button.closest('th');
      const down = head.getAttribute('aria-sort') === 'ascending';
      table.querySelectorAll('th').forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const column = head.cellIndex;
      const key = row => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === '' || y === '') { return x === y ? 0 : x === '' ? 1 : -1; } // what is empty comes last
        const numbers = !isNaN(x) && !isNaN(y);
        return (numbers ? x - y : x.localeCompare(y)) * (down ? -1 : 1);
      });
      body.append(...rows);
    });
  });
}

const filters = document.querySelector('.filters');
if (filters) {
  const rows = [...document.querySelector('#cells tbody').rows];
  const shown = document.querySelector('#shown');
  const apply = () => {
    const words = filters.elements.words.value.toLowerCase().split(/\s+/).filter(word => word);
    const chosen = [...filters.querySelectorAll('select')].filter(select => select.value);
    let count = 0;
    for (const row of rows) {
      const fits = chosen.every(select => row.dataset[select.name] === select.value)
        && words.every(word => row.textContent.toLowerCase().includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + ' of ' + rows.length;
  };
  filters.addEventListener('input', apply);
  filters.addEventListener('submit', event => event.preventDefault());
  filters.addEventListener('reset', () => setTimeout(apply));
  for (const button of document.querySelectorAll('.choose')) {
    button.addEventListener('click', () => {
      filters.reset();
      for (const [name, value] of Object.entries(button.dataset)) { filters.elements[name].value = value; }
      apply();
      document.querySelector('#experiments').scrollIntoView();
      filters.elements.words.focus({ preventScroll: true });
    });
  }
  // a row that is linked to is never hidden
  const reveal = () => { const row = location.hash && document.getElementById(location.hash.slice(1)); if (row && row.hidden) { filters.reset(); } };
  addEventListener('hashchange', reveal);
  apply();
}
