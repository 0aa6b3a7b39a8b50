/** Icons as inline SVG, drawn on a 24 × 24 grid in the colour of the text. Never read out. */
import type { ComponentChildren } from 'preact';

export function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const BackIcon = () => (
  <Icon>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Icon>
);
export const DownIcon = () => (
  <Icon>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const QrIcon = () => (
  <Icon>
    <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2" />
  </Icon>
);
export const InviteIcon = () => (
  <Icon>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5M19 8v6M16 11h6" />
  </Icon>
);
export const InfoIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 11v6M12 7.5v.1" />
  </Icon>
);
export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5" />
    <path d="M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 15c1.7.9 2.7 2.6 3 5" />
  </Icon>
);
export const ShieldIcon = () => (
  <Icon>
    <path d="M12 3l7.5 2.8v5.5c0 4.6-3.1 8-7.5 9.7-4.4-1.7-7.5-5.1-7.5-9.7V5.8z" />
  </Icon>
);
export const WarnIcon = () => (
  <Icon>
    <path d="M12 4l9 16H3zM12 10v4.5M12 17.3v.1" />
  </Icon>
);
export const LockIcon = () => (
  <Icon>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </Icon>
);
export const HashIcon = () => (
  <Icon>
    <path d="M10 4L8 20M16 4l-2 16M4.5 9h16M3.5 15h16" />
  </Icon>
);
export const HornIcon = () => (
  <Icon>
    <path d="M4 10v4h3l10 5V5L7 10zM20 10v4M8 14.5l1.5 5" />
  </Icon>
);
/** Two shores and what goes over: another site. */
export const SiteIcon = () => (
  <Icon>
    <path d="M3 8v11M21 8v11M3 12c5-5 13-5 18 0M3 16h18M9 9.2V16M15 9.2V16" />
  </Icon>
);
export const BoxIcon = () => (
  <Icon>
    <rect x="4" y="9" width="16" height="10" rx="2" />
    <path d="M8 14h.1M12 14h4M7 9l2-4M17 9l-2-4" />
  </Icon>
);
export const StayIcon = () => (
  <Icon>
    <path d="M4 11l8-7 8 7v9H4zM10 20v-5h4v5" />
  </Icon>
);
export const CameraIcon = () => (
  <Icon>
    <path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4z" />
    <circle cx="12" cy="13" r="3.5" />
  </Icon>
);

/** The mark: five linked nodes that make an M. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="mark-links" d="M6 25V8l10 10L26 8v17" />
      <circle cx="6" cy="25" r="3" />
      <circle cx="6" cy="8" r="3" />
      <circle cx="16" cy="18" r="3" />
      <circle cx="26" cy="8" r="3" />
      <circle cx="26" cy="25" r="3" />
    </svg>
  );
}
