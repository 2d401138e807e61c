// What an axe run on one page is spared because a run before it has answered for it: see looking.py.
(() => {
  const ALWAYS = { resultTypes: ["violations"], preload: { assets: ["media"] }, iframes: false };
  const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea";
  // The order of headings and the landmarks are the whole page's: what comes or goes changes what is said of others.
  const OF_THE_PAGE = "h1, h2, h3, h4, h5, h6, main, nav, header, footer, aside, section, dialog";

  const frame = () => new Promise((ready) => requestAnimationFrame(ready));

  const settle = async () => {
    // A colour in the midst of its change would be measured.
    await frame();
    await frame();
    for (const change of document.getAnimations()) {
      if (change.effect.getComputedTiming().endTime < Infinity) change.finish();
    }
  };

  const sum = (written) => {
    let [one, other] = [written.length, 5381];
    for (let place = 0; place < written.length; place++) {
      one = (Math.imul(one, 31) + written.charCodeAt(place)) | 0;
      other = (Math.imul(other, 33) ^ written.charCodeAt(place)) | 0;
    }
    return `${one} ${other}`;
  };

  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

  // --- colours

  /* Return a function that says of an element what decides over its contrast: its own colours and letters, and
     those of all that it stands in. */
  const paints = () => {
    const known = new Map();
    const of = (element) => {
      if (!element) return "";
      if (!known.has(element)) {
        const style = getComputedStyle(element);
        const own = [
          style.color, style.fill, style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize,
          style.fontWeight, style.textDecorationLine, style.textShadow, style.position, style.zIndex, style.clipPath,
          style.filter, style.mixBlendMode, style.borderBottomWidth,
        ];
        known.set(element, sum(`${of(element.parentElement)}/${own.join(";")}`));
      }
      return known.get(element);
    };
    return of;
  };

  /* Whether axe would measure the element: not if it is off the page, cut away, or nothing to those who do not see. */
  const isMeasured = (element) =>
    (element.matches(FIELDS) || hasText(element)) &&
    isShown(element) &&
    !element.closest("[aria-hidden=true]") &&
    getComputedStyle(element).clipPath !== "inset(50%)" &&
    element.getBoundingClientRect().bottom + scrollY > 0;

  /* Return the link around the element, if other words stand beside it; else null. */
  const linkInText = (element) => {
    const link = element.closest("a[href], [role=link]");
    const isInline = (each) => getComputedStyle(each).display.startsWith("inline");
    if (!link || !isInline(link)) return null;
    let block = link.parentElement;
    while (block.parentElement && isInline(block)) block = block.parentElement;
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const word = words.currentNode;
      if (word.data.trim() && !word.parentElement.closest("a, button, [role=link], [role=button]")) return link;
    }
    return null;
  };

  /* Return what is wrong with colours on this page, the paints that have now passed, and whether any were new. A paint
     that has passed before is not measured again: the same colours in the same colours have the same contrast. */
  const checkColours = async (rules, passedBefore) => {
    await settle();
    const before = new Set(passedBefore.split("\n"));
    const paint = paints();
    // What axe passed over, or could not say, is answered for the same kind of element alone.
    const kind = (element) => {
      const can = [element.textContent.trim().length > 1, Boolean(linkInText(element)), element.matches(":disabled")];
      return `kind ${paint(element)} ${element.tagName} ${element.getAttribute("class")} ${can}`;
    };
    const hasPassed = (element) => {
      if (before.has(kind(element))) return true;
      const link = linkInText(element);
      const isTold = !link || before.has(`link-in-text-block ${paint(link)}`);
      return isTold && before.has(`color-contrast ${paint(element)}`);
    };
    const measured = [...document.body.querySelectorAll("*")].filter(isMeasured);
    const fresh = measured.filter((element) => !hasPassed(element));
    if (!fresh.length) return [[], [], false];
    const found = await axe.run(
      { include: fresh },
      {
        ...ALWAYS, resultTypes: ["violations", "passes"], elementRef: true, selectors: false,
        runOnly: { type: "rule", values: rules },
      },
    );
    const passed = found.passes.flatMap((rule) => rule.nodes.map((node) => `${rule.id} ${paint(node.element)}`));
    const wrong = new Set(found.violations.flatMap((rule) => rule.nodes.map((node) => node.element)));
    const right = fresh.filter((element) => !wrong.has(element) && !wrong.has(linkInText(element))).map(kind);
    return [withoutElements(found.violations), [...new Set([...passed, ...right])], true];
  };

  const withoutElements = (violations) =>
    violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => ({ html })) }));

  // --- everything else

  let shownBefore = null;
  const listShown = () => new Set([...document.body.querySelectorAll("*")].filter(isShown));
  const scrolls = (element) =>
    (element.scrollWidth > element.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(element).overflowX)) ||
    (element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY));

  /* Return what is wrong on the page as it stands. */
  const check = async (options) => {
    await settle();
    shownBefore = listShown();
    return (await axe.run({ ...ALWAYS, ...options })).violations;
  };

  /* The same after the window has changed: of what comes, goes or scrolls in this window alone. Bars around the page
     that are known in this window, but for where they lead and what is current, are left out. */
  const checkWhatChanged = async (options, known) => {
    await settle();
    const shown = listShown();
    const around = [...document.body.children].filter((block) => block.id !== "main");
    const sums = new Map(
      around.map((block) => [block, sum(block.outerHTML.replace(/ (href|value|action|aria-current)="[^"]*"/g, " $1"))]),
    );
    const isKnown = (element) => known.includes(sums.get(around.find((block) => block.contains(element))));
    const changed = [...document.body.querySelectorAll("*")]
      .filter((element) => shown.has(element) !== shownBefore.has(element) || (shown.has(element) && scrolls(element)))
      .filter((element) => !isKnown(element));
    const isOfPage = changed.some((element) => element.matches(OF_THE_PAGE));
    // A name may be made of what has gone: whoever holds it is looked at.
    const holder = ({ parentElement }) => parentElement.closest("a, button, summary, label, li, tr") ?? parentElement;
    const include = [...new Set(changed.map(holder))];
    if (!changed.length) return [[], [...sums.values()]];
    const found = await axe.run(isOfPage ? document : { include }, { ...ALWAYS, ...options });
    return [found.violations, [...sums.values()]];
  };

  window.looking = { check, checkColours, checkWhatChanged };
})();
