"""Tools for whoever develops the portal; nothing that runs in service."""
