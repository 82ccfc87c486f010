// Diagrams: zoom, and a model with its neighbours. A diagram can be read without this script.
(() => {
  const LEAST_READABLE = 0.6;

  for (const figure of document.querySelectorAll('[data-diagram]')) {
    const canvas = figure.querySelector('.canvas');
    const svg = canvas.querySelector('svg');
    const zoom = openZoom(figure, canvas, svg);
    const graph = readGraph(svg);
    highlight(svg, graph);
    const form = figure.querySelector('.find');
    if (form !== null) openFinder(figure, form, graph, zoom);
  }

  function openZoom(figure, canvas, svg) {
    const natural = svg.viewBox.baseVal.width * (4 / 3);
    let scale = 1;
    const apply = (wanted) => {
      scale = Math.min(4, Math.max(0.1, wanted));
      svg.setAttribute('width', String(Math.round(natural * scale)));
      svg.removeAttribute('height');
    };
    const fit = () => apply(Math.min(1, (canvas.clientWidth - 4) / natural));
    for (const button of figure.querySelectorAll('button[data-zoom]')) {
      const { zoom } = button.dataset;
      button.addEventListener('click', () => (zoom === 'fit' ? fit() : apply(scale * zoom)));
    }
    canvas.addEventListener('keydown', (event) => {
      if (event.key === '+' || event.key === '=') apply(scale * 1.25);
      else if (event.key === '-') apply(scale * 0.8);
      else if (event.key === '0') fit();
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        apply(scale * (event.deltaY < 0 ? 1.1 : 0.9));
      },
      { passive: false },
    );
    fit();
    return {
      fit,
      /** Shows all of `nodes` where they are readable then, else `middle` in the middle. */
      show(nodes, middle) {
        apply(1);
        const all = boxOf(nodes);
        const wanted = Math.min(
          1,
          (canvas.clientWidth - 40) / (all.right - all.left),
          (canvas.clientHeight - 40) / (all.bottom - all.top),
        );
        apply(Math.max(LEAST_READABLE, wanted));
        const { left, right, top, bottom } =
          wanted < LEAST_READABLE ? boxOf([middle]) : boxOf(nodes);
        const frame = canvas.getBoundingClientRect();
        canvas.scrollBy(
          (left + right) / 2 - (frame.left + canvas.clientWidth / 2),
          (top + bottom) / 2 - (frame.top + canvas.clientHeight / 2),
        );
      },
    };
  }

  function boxOf(nodes) {
    const boxes = nodes.map((node) => node.getBoundingClientRect());
    return {
      left: Math.min(...boxes.map(({ left }) => left)),
      right: Math.max(...boxes.map(({ right }) => right)),
      top: Math.min(...boxes.map(({ top }) => top)),
      bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
    };
  }

  /** Nodes by their names, and edges with the names at their ends. */
  function readGraph(svg) {
    const titleOf = (group) => group.querySelector('title').textContent;
    const nodes = new Map([...svg.querySelectorAll('.node')].map((node) => [titleOf(node), node]));
    const edges = [...svg.querySelectorAll('.edge')].map((edge) => ({
      edge,
      ends: titleOf(edge).split('->'),
    }));
    return {
      nodes,
      edges,
      neighboursOf: (name) =>
        [...new Set(edges.filter(({ ends }) => ends.includes(name)).flatMap(({ ends }) => ends))]
          .filter((other) => other !== name && nodes.has(other))
          .sort(),
    };
  }

  /** What is not related to the model that is pointed at, has the focus or was found steps back. */
  function highlight(svg, graph) {
    const { nodes, edges, neighboursOf } = graph;
    let found;
    const show = (name = found) => {
      for (const each of svg.querySelectorAll('.near')) each.classList.remove('near');
      svg.classList.toggle('focused', name !== undefined);
      if (name === undefined) return;
      for (const near of [name, ...neighboursOf(name)]) nodes.get(near).classList.add('near');
      for (const { edge, ends } of edges) if (ends.includes(name)) edge.classList.add('near');
    };
    for (const [name, node] of nodes) {
      for (const event of ['mouseenter', 'focusin']) node.addEventListener(event, () => show(name));
      for (const event of ['mouseleave', 'focusout']) node.addEventListener(event, () => show());
    }
    /** Keeps a model in view, or none. */
    graph.keep = (name) => {
      nodes.get(found)?.classList.remove('hit');
      nodes.get(name)?.classList.add('hit');
      found = name;
      show();
    };
  }

  /** Shows a model with its neighbours, by its name, or by `#node-Name` in the page's address. */
  function openFinder(figure, form, graph, zoom) {
    const { nodes } = graph;
    const input = form.querySelector('input');
    const told = figure.querySelector('[role="status"]');
    const list = figure.querySelector('.neighbours');
    const entries = window.atlasIndex
      .filter(([name]) => nodes.has(name))
      .map(([name, domain, , table]) => [name, domain, name, table]);

    const clear = () => {
      graph.keep();
      told.textContent = '';
      list.replaceChildren();
    };
    const focus = (name) => {
      const around = graph.neighboursOf(name);
      graph.keep(name);
      zoom.show(
        [name, ...around].map((each) => nodes.get(each)),
        nodes.get(name),
      );
      input.value = name;
      told.textContent = `${name} is related to ${around.length} of the models here${around.length > 0 ? ':' : '.'}`;
      list.replaceChildren(
        ...around.map((other) => linkTo(`#node-${other}`, other)),
        linkTo(nodes.get(name).querySelector('a').href.baseVal, `Page of ${name}`),
      );
    };
    const linkTo = (place, text) => {
      const link = document.createElement('a');
      link.href = place;
      link.textContent = text;
      const item = document.createElement('li');
      item.append(link);
      return item;
    };
    const focusAddressed = () => {
      const name = /^#node-(.+)$/.exec(decodeURIComponent(location.hash))?.[1];
      if (!nodes.has(name)) return;
      focus(name);
      figure.scrollIntoView({ block: 'start' });
    };

    form.hidden = false;
    window.atlasCombobox(
      input,
      (text) => {
        if (text.trim() === '') clear();
        return window.atlasFind(text, entries);
      },
      (name) => {
        history.replaceState(null, '', `#node-${name}`);
        focus(name);
      },
    );
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      input.value = '';
      history.replaceState(null, '', location.pathname);
      clear();
      zoom.fit();
    });
    addEventListener('hashchange', focusAddressed);
    // After the browser itself has scrolled to the address.
    addEventListener('load', focusAddressed);
  }
})();
