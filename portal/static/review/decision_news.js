/**
 * On the page that decides many tables: asks every few seconds what others decided or claimed of
 * them, writes it beside the table and takes its tick away.
 */

const INTERVAL = 8_000;
const NOTHING_NEW = 204;

async function ask() {
  const form = document.querySelector("form[data-news]");
  if (!form || document.hidden) return;
  const response = await fetch(`${form.dataset.news}&since=${form.dataset.seen}`, {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!response?.ok || response.status === NOTHING_NEW) return;
  const { seen, told } = await response.json();
  form.dataset.seen = seen;
  for (const [id, words] of Object.entries(told)) tell(form, id, words);
}

function tell(form, id, words) {
  const place = form.querySelector(`[data-told="${id}"]`);
  if (!place) return;
  place.textContent = words;
  form.querySelector(`input[name=table][value="${id}"]`).checked = false;
}

setInterval(ask, INTERVAL);
document.addEventListener("visibilitychange", ask);
