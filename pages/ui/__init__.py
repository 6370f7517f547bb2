"""Everything that pages share: the shell, the controls, the stage, figures and state."""
