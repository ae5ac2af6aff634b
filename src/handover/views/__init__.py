"""Pages of handovers: overview and one handover, lists, signatures, what came too late, a firm's own copies."""
