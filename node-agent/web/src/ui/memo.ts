/** A component that draws again only when its properties differ in what the comparison looks at. */
import { Component, type ComponentChild, type FunctionComponent } from 'preact';

export function memo<P extends object>(
  draw: (props: P) => ComponentChild,
  isSame: (before: P, after: P) => boolean,
): FunctionComponent<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !isSame(this.props as P, next as P);
    }
    override render() {
      return draw(this.props as P);
    }
  } as unknown as FunctionComponent<P>;
}
