/**
 * An index of topics or topic filters by level (step 6), so that neither a publish nor a
 * subscription looks at all of them. Wildcards as in MQTT 3.1.1, section 4.7: `+` is one level,
 * also an empty one; `#` is the rest and its parent; neither matches a first level that begins with
 * `$`. The depth of a recursion is that of the tree, which its owner bounds.
 */
interface Node<V> {
  value: V | undefined;
  children: Map<string, Node<V>> | undefined;
}

export class TopicTree<V> {
  #root: Node<V> = newNode();
  #size = 0;

  /** Topics that have a value. */
  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#root = newNode();
    this.#size = 0;
  }

  get(topic: string): V | undefined {
    let node: Node<V> | undefined = this.#root;
    for (const level of topic.split('/')) node = node?.children?.get(level);
    return node?.value;
  }

  set(topic: string, value: V): void {
    let node = this.#root;
    for (const level of topic.split('/')) {
      node.children ??= new Map();
      const child = node.children.get(level) ?? newNode<V>();
      node.children.set(level, child);
      node = child;
    }
    if (node.value === undefined) this.#size++;
    node.value = value;
  }

  delete(topic: string): void {
    const levels = topic.split('/');
    const path = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)!.children?.get(level);
      if (!child) return;
      path.push(child);
    }
    const last = path.at(-1)!;
    if (last.value !== undefined) this.#size--;
    last.value = undefined;
    for (let i = levels.length; i > 0; i--) {
      const node = path[i]!;
      if (node.value !== undefined || node.children?.size) return;
      path[i - 1]!.children!.delete(levels[i - 1]!);
    }
  }

  /** Values of the filters in the tree that match this topic. */
  matching(topic: string): V[] {
    const found: V[] = [];
    matchTopic(this.#root, topic.split('/'), 0, found);
    return found;
  }

  /** Values of the topics in the tree that this filter matches. */
  under(filter: string): V[] {
    const found: V[] = [];
    matchFilter(this.#root, filter.split('/'), 0, found);
    return found;
  }
}

function newNode<V>(): Node<V> {
  return { value: undefined, children: undefined };
}

function isReserved(level: string, at: number): boolean {
  return at === 0 && level.startsWith('$');
}

function matchTopic<V>(node: Node<V>, levels: readonly string[], at: number, found: V[]): void {
  const { children } = node;
  const level = levels[at];
  const wild = level === undefined || !isReserved(level, at);
  if (wild) add(children?.get('#'), found);
  if (level === undefined) {
    add(node, found);
    return;
  }
  const same = children?.get(level);
  if (same) matchTopic(same, levels, at + 1, found);
  const one = wild ? children?.get('+') : undefined;
  if (one) matchTopic(one, levels, at + 1, found);
}

function matchFilter<V>(node: Node<V>, levels: readonly string[], at: number, found: V[]): void {
  const level = levels[at];
  if (level === undefined || level === '#') add(node, found);
  if (level === undefined || !node.children) return;
  if (level !== '+' && level !== '#') {
    const child = node.children.get(level);
    if (child) matchFilter(child, levels, at + 1, found);
    return;
  }
  for (const [name, child] of node.children) {
    if (!isReserved(name, at)) matchFilter(child, levels, level === '#' ? at : at + 1, found);
  }
}

function add<V>(node: Node<V> | undefined, found: V[]): void {
  if (node?.value !== undefined) found.push(node.value);
}
