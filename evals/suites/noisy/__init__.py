"""The noisy suite: stories under noise that lies over what is planted, labelled by what they mean to show."""
