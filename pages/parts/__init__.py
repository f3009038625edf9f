"""What screens share: the scenario line, levers, cards, pictures, the share box, and the session's state."""
