// The icons of the page. They stand beside words, so screen readers skip them.
import type { ComponentChildren } from 'preact'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" />
      <path d="M7 14v4M11.5 11v10M16 7.5v17M20.5 11v10M25 14v4" />
    </svg>
  )
}

const draw = (path: string) => () => (
  <Icon>
    <path d={path} />
  </Icon>
)

export const PictureIcon = draw('M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.2h.01')
export const VoiceIcon = draw('M4 10v4M8 7v10M12 4v16M16 7v10M20 10v4')
export const MicrophoneIcon = draw(
  'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6',
)
export const PlayIcon = draw('M8 5l11 7-11 7z')
export const PauseIcon = draw('M8 5v14M16 5v14')
export const StopIcon = draw('M7 7h10v10H7z')
export const DownloadIcon = draw('M12 4v11M7.5 10.5L12 15l4.5-4.5M5 20h14')
export const AgainIcon = draw('M19 8a8 8 0 1 0 1 5M19 4v4h-4')
export const TrashIcon = draw('M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5')
export const LinkIcon = draw(
  'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
)
export const CompareIcon = draw('M4 5h7v14H4zM13 5h7v14h-7z')
export const DiceIcon = draw('M5 5h14v14H5zM9 9h.01M15 15h.01M15 9h.01M9 15h.01M12 12h.01')
export const AlertIcon = draw('M12 4l9 16H3zM12 10v4M12 17h.01')
export const CheckIcon = draw('M5 13l4.5 4.5L19 7')
export const PlusIcon = draw('M12 5v14M5 12h14')
export const MinusIcon = draw('M5 12h14')
export const CrossIcon = draw('M6 6l12 12M18 6L6 18')
export const EditIcon = draw('M5 19h4L19 9l-4-4L5 15z')
export const TuneIcon = draw('M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4')
export const SunIcon = draw(
  'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1',
)
export const MoonIcon = draw('M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z')
export const SystemThemeIcon = draw('M4 5h16v11H4zM9 20h6M12 16v4')
