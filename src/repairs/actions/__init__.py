"""Every change to a repair request. Each module holds the actions of one hand: filing, dispatch, work, feedback, clock."""
