//! What a page is where the system chooses its colours (CSS Color Adjustment 1, forced colours): no
//! background, no shadow and no colour of its own is left to tell a control by.

use anyhow::{Context, Result, ensure};

use crate::Browser;

/// Every control has a border, or is underlined; what is chosen differs from what is not by more than
/// colour; whatever takes the focus shows it by a ring; words stand out; nothing keeps its own colours.
const UNSEEN: &str = "(() => {
    const found = [];
    const tell = (what, it) => found.push(`${what}: ${it.outerHTML.slice(0, 140)}`);
    const isShown = (it) => {
        const { width, height } = it.getBoundingClientRect();
        return width > 1 && height > 1 && it.checkVisibility({ visibilityProperty: true });
    };
    const colour = (text) => {
        const [red, green, blue, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
        return { parts: [red, green, blue], alpha };
    };
    const brightness = (parts) => parts
        .map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const paperUnder = (it) => {
        for (let of = it; of; of = of.parentElement) {
            const { parts, alpha } = colour(getComputedStyle(of).backgroundColor);
            if (alpha === 1) return parts;
        }
        return [255, 255, 255];
    };
    const contrast = (text, paper) => {
        const { parts, alpha } = colour(text);
        const seen = parts.map((part, place) => alpha * part + (1 - alpha) * paper[place]);
        const [dark, light] = [brightness(seen), brightness(paper)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const isLine = (style, width, line, paper) =>
        style !== 'none' && parseFloat(width) >= 1 && contrast(line, paper) >= 3;

    // A radio button or a file field may be laid over its label, or over a word beside it: it is seen
    // by these.
    const seenBy = (control) => {
        const isSeen = isShown(control) && getComputedStyle(control).opacity !== '0';
        const label = control.closest('label');
        const beside = control.nextElementSibling;
        return isSeen || !label ? [control] : beside?.matches('span') ? [label, beside] : [label];
    };
    const isBounded = (it) => {
        const style = getComputedStyle(it);
        const paper = paperUnder(it.parentElement);
        const { textDecorationLine } = style;
        const sides = ['Top', 'Right', 'Bottom', 'Left'].map((side) =>
            isLine(style[`border${side}Style`], style[`border${side}Width`],
                style[`border${side}Color`], paper));
        return sides.some(Boolean) || textDecorationLine.includes('underline')
            || isLine(style.outlineStyle, style.outlineWidth, style.outlineColor, paper);
    };
    const isDrawnBySystem = (it) => it.matches('summary')
        || it.matches('[type=checkbox], [type=radio]') && getComputedStyle(it).appearance !== 'none';
    const shape = (it) => {
        const { borderTopWidth, borderTopStyle, outlineStyle, outlineWidth, outlineOffset,
            textDecorationLine } = getComputedStyle(it);
        return [borderTopWidth, borderTopStyle, outlineStyle, outlineWidth, outlineOffset,
            textDecorationLine].join();
    };
    const ring = (it) => {
        const style = getComputedStyle(it);
        return isLine(style.outlineStyle, style.outlineWidth, style.outlineColor, paperUnder(it))
            ? [style.outlineWidth, style.outlineOffset].join() : '';
    };

    for (const it of document.querySelectorAll('body *')) {
        if (!isShown(it)) continue;
        const style = getComputedStyle(it);
        if (style.forcedColorAdjust === 'none') tell('keeps its own colours', it);
        const hasWords = [...it.childNodes].some((child) =>
            child.nodeType === Node.TEXT_NODE && child.data.trim() !== '');
        if (hasWords && !it.closest('svg, :disabled') && contrast(style.color, paperUnder(it)) < 4.5) {
            tell('words do not stand out', it);
        }
    }
    const before = document.activeElement;
    before?.blur();
    const isThere = (control) => control.type !== 'hidden' && seenBy(control).some(isShown);
    const controls = [...document.querySelectorAll(
        'button, .button, .kind-key, input, select, textarea, summary')].filter(isThere);
    for (const control of controls) {
        const seen = seenBy(control);
        if (seen.some(isDrawnBySystem)) continue;
        // One edge may be around all of a choice.
        const edges = control.type === 'radio' ? [...seen, seen[0].parentElement] : seen;
        if (!edges.some(isBounded)) tell('has no edge', seen[0]);
        if (control.type === 'radio' && control.checked) {
            const shapes = (of) => seenBy(of).map(shape).join(';');
            const others = controls.filter((other) =>
                other.name === control.name && other.form === control.form && !other.checked);
            if (others.some((other) => shapes(other) === shapes(control))) {
                tell('looks as if it were not chosen', seen[0]);
            }
        }
    }
    for (const it of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
        if (it.matches(':disabled') || !isThere(it)) continue;
        const rings = () => [it, ...seenBy(it), it.parentElement].map(ring);
        const without = rings();
        it.focus({ focusVisible: true, preventScroll: true });
        if (document.activeElement !== it) continue;
        const withIt = rings();
        if (!withIt.some((now, place) => now && now !== without[place])) tell('shows no focus', it);
        it.blur();
    }
    before?.focus({ preventScroll: true });
    return found;
})()";

/// Fails where something on the page is lost when the system's colours take the place of its own;
/// `what` is for the error. Chromium only; the next [`Browser::set_media`] ends it.
///
/// # Errors
/// What is lost, one line each.
pub async fn expect_seen_in_forced_colors(browser: &Browser, what: &str) -> Result<()> {
    browser.set_media("forced-colors", "active").await?;
    let found = browser.eval(UNSEEN).await?;
    let found = found.as_array().with_context(|| format!("{what}: {found}"))?;
    ensure!(found.is_empty(), "{what}: in forced colours {found:#?}");
    Ok(())
}
