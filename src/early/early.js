// The first keystroke counts: this runs while the WebAssembly still loads. The home screen has its four
// keys by then, and a quick entry its field, focused, which keeps what is typed; the app takes both
// over (src/early/mod.rs). The texts are those of src/i18n: a test holds the two against each other.
{
  const TEXTS = {
    en: {
      back: 'Back',
      tabs: ['Capture', 'Notes', 'Marketing', 'My device'],
      visit: ['Start a visit', 'Visits'],
      empty: 'What did you see or hear? Tap one of the four keys; it takes ten seconds.',
      competitor: ['Competitor', 'Competitor sighting', 'Who offers what, and at which price?'],
      acceptance: ['Acceptance', 'Customer acceptance', 'What does the customer say, in their own words?'],
      need: ['Need', 'Unmet need', 'What do they need that nobody sells?'],
      gap: ['Gap', 'Gap between theory and practice', 'What was promised, and what happened?'],
    },
    fr: {
      back: 'Retour',
      tabs: ['Noter', 'Notes', 'Marketing', 'Appareil'],
      visit: ['Commencer une visite', 'Visites'],
      empty: 'Qu’avez-vous vu ou entendu ? Touchez l’une des quatre touches ; dix secondes suffisent.',
      competitor: ['Concurrent', 'Concurrent repéré', 'Qui offre quoi, et à quel prix ?'],
      acceptance: ['Accueil', 'Accueil du client', 'Que dit le client, dans ses propres mots ?'],
      need: ['Besoin', 'Besoin non comblé', 'De quoi ont-ils besoin que personne ne vend ?'],
      gap: ['Écart', 'Écart entre théorie et pratique', 'Qu’avait-on promis, et que s’est-il passé ?'],
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
  const copyOf = (name) => document.getElementById(name).content.cloneNode(true);

  const home = (texts) => {
    const page = copyOf('early-home');
    for (const key of page.querySelectorAll('[data-kind]')) {
      key.querySelector('.kind-word').textContent = texts[key.dataset.kind][0];
    }
    page.querySelectorAll('.tabs span').forEach((tab, index) => {
      tab.textContent = texts.tabs[index];
    });
    const visit = page.querySelector('.visit-start');
    [...visit.children].forEach((part, index) => {
      part.textContent = texts.visit[index];
    });
    // For whoever has notes, the list is on its way.
    page.querySelector('.empty').textContent = preference('has-notes') ? '' : texts.empty;
    document.body.append(page);
  };

  const entry = (kind, { back, [kind]: [, title, prompt] }) => {
    const page = copyOf('early-entry');
    page.querySelector('.icon-button').setAttribute('aria-label', back);
    const field = page.querySelector('textarea');
    page.querySelector('.entry').dataset.kind = kind;
    page.querySelector('h1').textContent = title;
    field.placeholder = prompt;
    field.setAttribute('aria-label', prompt);
    const key = `early-${kind}`;
    field.value = attempt(() => localStorage.getItem(key)) ?? '';
    field.addEventListener('input', () => attempt(() => localStorage.setItem(key, field.value)));
    document.body.append(page);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  };

  const root = document.documentElement;
  root.dataset.theme = preference('theme') ?? 'auto';
  const tags = [preference('language'), ...navigator.languages];
  const language = tags.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => TEXTS[tag]) ?? 'en';
  const kind = location.pathname.match(/^\/new\/(competitor|acceptance|need|gap)$/)?.[1];
  root.lang = language;
  if (kind) entry(kind, TEXTS[language]);
  if (location.pathname === '/') home(TEXTS[language]);
}
