//! axe-core, which looks for what keeps people out of a page (WCAG 2.2 AA and good practice).

use anyhow::{Context, Result, ensure};

use crate::{Browser, path_from};

/// Fails where axe-core finds anything on the page as it stands; `what` is for the error.
///
/// # Errors
/// What it found, one line each.
pub async fn expect_accessible(browser: &Browser, what: &str) -> Result<()> {
    let path = path_from("SIGHTLINE_AXE", "target/axe.min.js");
    let axe = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    // In a function of its own: the script is a statement, and defines itself on the window.
    let js = format!(
        "(async () => {{
            if (!window.axe) {{ {axe} }}
            // At the end of the page nothing lies under what sticks to its bottom.
            scrollTo(0, document.documentElement.scrollHeight);
            const {{ violations }} = await window.axe.run(document, {{
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
                resultTypes: ['violations'],
            }});
            return violations.flatMap(({{ id, nodes }}) =>
                nodes.map(({{ target, failureSummary }}) => `${{id}} at ${{target}}: ${{failureSummary}}`));
        }})()"
    );
    let found = browser.eval(&js).await?;
    let found = found.as_array().with_context(|| format!("{what}: axe-core told {found}"))?;
    ensure!(found.is_empty(), "{what}: axe-core found {found:#?}");
    Ok(())
}
