/** Icons of the admin views, on the same grid as the others; a part of the admin's chunk. */
import { Icon } from '../ui/icons.tsx';

export const MapIcon = () => (
  <Icon>
    <circle cx="6" cy="7" r="2.5" />
    <circle cx="18" cy="9" r="2.5" />
    <circle cx="10" cy="18" r="2.5" />
    <path d="M8.4 7.4l7.2 1.2M7 9.4l2.2 6.2M16.3 11l-4.6 5.2" />
  </Icon>
);
export const RulesIcon = () => (
  <Icon>
    <path d="M5 7h9M18 7h1M5 12h1M10 12h9M5 17h7M16 17h3" />
    <circle cx="16" cy="7" r="2" />
    <circle cx="8" cy="12" r="2" />
    <circle cx="14" cy="17" r="2" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M5.8 5.8l12.4 12.4" />
  </Icon>
);
export const TrailIcon = () => (
  <Icon>
    <path d="M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1" />
  </Icon>
);
export const PlugIcon = () => (
  <Icon>
    <path d="M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4" />
  </Icon>
);
