// The first keystroke counts: this runs while the WebAssembly still loads. The field of a quick
// entry stands in the page, focused, and what is typed into it is kept; the app takes both over
// (src/early/mod.rs). The texts are those of src/i18n: a test holds the two against each other.
{
  const TEXTS = {
    en: {
      competitor: ['Competitor sighting', 'Who offers what, and at which price?'],
      acceptance: ['Customer acceptance', 'What does the customer say, in their own words?'],
      need: ['Unmet need', 'What do they need that nobody sells?'],
      gap: ['Gap between theory and practice', 'What was promised, and what happened?'],
    },
    fr: {
      competitor: ['Concurrent repéré', 'Qui offre quoi, et à quel prix ?'],
      acceptance: ['Accueil du client', 'Que dit le client, dans ses propres mots ?'],
      need: ['Besoin non comblé', 'De quoi ont-ils besoin que personne ne vend ?'],
      gap: ['Écart entre théorie et pratique', 'Qu’avait-on promis, et que s’est-il passé ?'],
    },
  };
  // A browser that keeps nothing throws; then there is nothing to lose either.
  const attempt = (work) => {
    try {
      return work();
    } catch {
      return null;
    }
  };
  const preference = (name) => attempt(() => JSON.parse(localStorage.getItem(name)));
  const root = document.documentElement;
  root.dataset.theme = preference('theme') ?? 'auto';
  const kind = location.pathname.match(/^\/new\/(\w+)$/)?.[1];
  const tags = [preference('language'), ...navigator.languages];
  const language = tags.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => TEXTS[tag]) ?? 'en';
  const texts = TEXTS[language][kind];
  if (texts) {
    root.lang = language;
    const page = document.getElementById('early-page').content.cloneNode(true);
    const field = page.querySelector('textarea');
    page.querySelector('.entry').dataset.kind = kind;
    page.querySelector('h1').textContent = texts[0];
    field.placeholder = texts[1];
    field.setAttribute('aria-label', texts[1]);
    const key = `early-${kind}`;
    field.value = attempt(() => localStorage.getItem(key)) ?? '';
    field.addEventListener('input', () => attempt(() => localStorage.setItem(key, field.value)));
    document.body.append(page);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
}
