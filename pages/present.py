"""Present: what is on screen as slides in large type, without anything around them."""

from pages.parts import house, present, share

house.inside()
share.open_link()
present.show()
